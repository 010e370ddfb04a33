import { createContext } from 'preact';

/** The file that holds the admin key on the machine that answers, if it told. */
export const KeyFileContext = createContext<string | undefined>(undefined);
