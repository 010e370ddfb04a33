import { createContext } from 'preact';

/** A measure's definition as the API gives it, by the measure's name. */
export type Definitions = ReadonlyMap<string, string>;

export const DefinitionsContext = createContext<Definitions>(new Map());
