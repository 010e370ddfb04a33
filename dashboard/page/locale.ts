const wished = typeof navigator === 'undefined' ? [] : navigator.languages;

/** The page's words are English, so its dates and numbers follow the reader's English, or else the British one. */
export const LOCALE = wished.find((language) => /^en\b/.test(language)) ?? 'en-GB';
