export type Theme = 'auto' | 'light' | 'dark';

const ORDER: readonly Theme[] = ['auto', 'light', 'dark'];
/** Fired on `window` when colours have to be read again. */
export const THEME_CHANGED = 'themechange';

export function currentTheme(): Theme {
  return (document.documentElement.dataset.theme as Theme | undefined) ?? 'auto';
}

/** Goes on to the next theme; kept in localStorage, because it is a wish of this browser and nobody's data. */
export function nextTheme(): Theme {
  const next = ORDER[(ORDER.indexOf(currentTheme()) + 1) % ORDER.length] ?? 'auto';
  if (next === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  if (next === 'auto') localStorage.removeItem('theme');
  else localStorage.setItem('theme', next);
  window.dispatchEvent(new Event(THEME_CHANGED));
  return next;
}

/** Calls back whenever colours change, by choice, by the system or for print. Returns how to stop. */
export function onThemeChange(callback: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', 'print'].map((query) => matchMedia(query));
  for (const query of queries) query.addEventListener('change', callback);
  window.addEventListener(THEME_CHANGED, callback);
  return () => {
    for (const query of queries) query.removeEventListener('change', callback);
    window.removeEventListener(THEME_CHANGED, callback);
  };
}
