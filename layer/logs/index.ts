export type { Class, Client, Dictionaries, Dictionary, EventBlock } from './event-block.ts';
export { CLASSES, FIELDS } from './event-block.ts';
export type { Rules } from './rules.ts';
