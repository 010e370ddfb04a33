export { ACTIVITY_USES, type Activity, type ActivityQuestion, readActivity } from './activity.ts';
export { CHUNK, readUses } from './chunks.ts';
export type { NewToken } from './creation.ts';
export { dailyUsage, dayAfter, KEPT_DAYS, monthlyUsage, type UsagePoint } from './days.ts';
export { decideUse, type RejectionReason, type TokenUse, type UseAnswer } from './decision.ts';
export { type TokenEdit, TURNS, type Turn } from './edits.ts';
export { type EmittedPending, emitPending } from './emit-pending.ts';
export { BadTokenName, NameTaken, StaleEdit, TokenBusy, UnknownToken, WrongState } from './errors.ts';
export { type ListQuestion, listTokens, readToken, type TokenPage } from './listing.ts';
export { knownTokenName, NAME_FORM, namesLike, tokenName } from './names.ts';
export {
  ACTIONS,
  type Action,
  cacheHashOf,
  cacheIdOf,
  type KeptUse,
  type MetadataValue,
  type NumberedUse,
  remainingOf,
  STATUSES,
  type Status,
  statusOf,
  type TokenRecord,
} from './record.ts';
export { createTokens, type Tokens, type TokensContext } from './tokens.ts';
export { KNOWN_USES } from './use-ids.ts';
