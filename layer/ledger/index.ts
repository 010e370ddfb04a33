export type { AddContext, AddOutcome, ParsedObject } from './add.ts';
export { addObject } from './add.ts';
export type { AuditEntry, BegunAudit } from './audit.ts';
export { beginAudit } from './audit.ts';
export { type AuditPage, type AuditQuestion, readAudit, readAuditPage } from './audit-trail.ts';
export type { BatchName } from './batches-of.ts';
export { batchName, deleteStaleBatches, listBatches } from './batches-of.ts';
export type { BucketPlaceName } from './bucket-source.ts';
export { bucketLocation, bucketOpener, bucketPlaceOf, bucketSource } from './bucket-source.ts';
export type { FeedCoverage, Interval } from './coverage.ts';
export {
  coverageOf,
  extendCoverage,
  listFeeds,
  readCoverage,
  union,
} from './coverage.ts';
export type { LedgerEntry, ObjectFacts, WindowOfFeed } from './entry.ts';
export { counts, readEntry } from './entry.ts';
export type { Kind } from './feeds.ts';
export {
  allFeedOf,
  BadFeed,
  checkedFeed,
  feedOf,
  graceOf,
  isAllFeed,
  KINDS,
  kindOf,
  namespacesOf,
} from './feeds.ts';
export type { FinishContext, Finished } from './finish.ts';
export { finishMarkers } from './finish.ts';
export {
  coverageFolder,
  coverageKey,
  entriesFolder,
  entryKey,
  locationKey,
  pendingFolder,
  quarantineKey,
  rawBatchKey,
  rawFeedFolder,
  rawWindowFolder,
  rollupFolder,
  rollupKey,
  windowFeedFolder,
  windowIdsFolder,
  windowIdsKey,
  windowObjectKey,
} from './keys.ts';
export type { LocationEntry } from './locations.ts';
export { noteRefused, readLocation } from './locations.ts';
export type { Delivery, Marker, ReadAs } from './markers.ts';
export { deleteMarker, listMarkers } from './markers.ts';
export type { Messages, RollupOfFeed } from './messages.ts';
export type { Pipeline } from './pipeline.ts';
export {
  type AddRecordedContext,
  addRecorded,
  arrivalOf,
  isRecorded,
  type RecordedEvents,
} from './record.ts';
export type { RemoveContext, RemoveOutcome } from './remove.ts';
export { RemovalRefused, removeObject } from './remove.ts';
export type { Run, Step, StepRecord } from './runs.ts';
export { noteRun, readRecord, recordRun, STEPS } from './runs.ts';
export type { DayKey, IdentityContext, Randomness } from './secrets.ts';
export { dayKey, destroyDayKeys, IDENTITY_RECORD, identitySecret } from './secrets.ts';
export type { OpenPlace, OpenSource, Source, SourceName } from './source.ts';
export {
  liveKeyOf,
  liveLocation,
  liveSource,
  placeOpener,
  SourceUnreadable,
  sourceOpener,
} from './source.ts';
export { listSource, type SourceFolder, type SourceListing } from './source-listing.ts';
export type { SumAgainContext, SumAgainOutcome } from './sum-again.ts';
export { sumObjectAgain } from './sum-again.ts';
export { type SumRecordedContext, sumRecordedAgain } from './sum-recorded-again.ts';
