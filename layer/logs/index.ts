export { canonicalAddress } from './address.ts';
export { addressMatcher, BadAddressRange } from './address-ranges.ts';
export { country as knownCountry } from './closed-forms.ts';
export type { CompiledRules } from './compiled-rules.ts';
export { BadRule, compileRules, looksLikePage, requestMatcher } from './compiled-rules.ts';
export type { RealtimeLayout } from './configured-lines.ts';
export { createCountryTable } from './country.ts';
export { DEFAULT_RULES, rulesVersion } from './default-rules.ts';
export type { Class, Client, Dictionaries, Dictionary, EventBlock } from './event-block.ts';
export { CLASSES, FIELDS } from './event-block.ts';
export type { ExcludedRequests } from './excluded-requests.ts';
export { FIELD_NAMES, REALTIME_FIELDS } from './field-names.ts';
export { compileGlob } from './glob.ts';
export { type Hide, hidingId } from './hidden-id.ts';
export { createKeyedHash, type KeyedHash } from './keyed-hash.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export type { LogReader, LogResult, ReadLogOptions } from './read-log.ts';
export { createLogReader, readLog } from './read-log.ts';
export { redact } from './redaction.ts';
export { LogRefused, type RefusalCode } from './refusal.ts';
export {
  type AgentClass,
  agentClass,
  type RequestTarget,
  referrerDomain,
  requestTarget,
} from './request-text.ts';
export { applyRules, type RowsAgain } from './rows-again.ts';
export type { Rules } from './rules.ts';
