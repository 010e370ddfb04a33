const SLOT = 'admin-key';
const listeners = new Set<() => void>();
let refused = false;

/** The admin key of this tab, or undefined. It lives in sessionStorage: gone with the tab, never a cookie. */
export function adminKey(): string | undefined {
  return sessionStorage.getItem(SLOT) ?? undefined;
}

/** Takes the key out of a sign-in link's fragment (never sent to a server) and out of the address and history. */
export function takeKeyFromAddress(): void {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (key === null) return;
  history.replaceState(history.state, '', location.pathname + location.search);
  signIn(key);
}

export function signIn(key: string): void {
  sessionStorage.setItem(SLOT, key.trim());
  tell();
}

export function signOut(): void {
  refused = false;
  sessionStorage.removeItem(SLOT);
  tell();
}

/** The API did not take the key: signs out, and the sign-in form says why. */
export function refuseKey(): void {
  signOut();
  refused = true;
}

export function keyWasRefused(): boolean {
  return refused;
}

/** Calls back when the key comes or goes. Returns how to stop. */
export function onSession(callback: () => void): () => void {
  listeners.add(callback);
  return () => listeners.delete(callback);
}

function tell(): void {
  for (const listener of listeners) listener();
}
