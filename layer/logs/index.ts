export type { CompiledRules } from './compiled-rules.ts';
export { BadRule, compileRules, looksLikePage, requestMatcher } from './compiled-rules.ts';
export { DEFAULT_RULES, rulesVersion } from './default-rules.ts';
export type { Class, Client, Dictionaries, Dictionary, EventBlock } from './event-block.ts';
export { CLASSES, FIELDS } from './event-block.ts';
export type { Rules } from './rules.ts';
