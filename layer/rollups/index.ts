export { type Calendar, createCalendar, type Span, type Tile } from './calendar.ts';
export { calendarOf } from './calendar-of.ts';
export { canonicalJson, contentHash } from './content-hash.ts';
export { COUNTERS, type Counter, type Counters } from './counters.ts';
export { covers } from './covering.ts';
export { DIMENSIONS, type Dimension, NEVER_CUT, TABLES, type TableName } from './dimensions.ts';
export { HEADLINE, HEADLINE_SUMS, type Headline, mergeHeadlines } from './headline.ts';
export {
  createHistogram,
  decodeHistogram,
  encodeHistogram,
  type Histogram,
  mergeHistogram,
  percentile,
  recordValue,
} from './histogram.ts';
export {
  MEASURES,
  type MeasureDefinition,
  type MeasureName,
  type Measures,
  STATUS_CLASSES,
  type StatusBreakdown,
  type Unit,
  unknownMeasures,
} from './measures.ts';
export {
  type Finality,
  type FlatRollup,
  finalityOf,
  type Presentable,
  presentRollup,
} from './present.ts';
export {
  type Difference,
  type Restatement,
  type RestatementReason,
  type Rollup,
  revise,
} from './revision.ts';
export {
  buildRollup,
  type ChildInput,
  type MergePart,
  type RollupChild,
  type RollupContent,
  type RollupInput,
  type RollupValue,
  rollupContentHash,
  type Status,
  type StoredRollup,
  VIEWS,
  type View,
  type WindowPart,
} from './rollup.ts';
export {
  type MergedRollup,
  mergeRollups,
  type RangeInput,
  type RangePart,
  type RollupRange,
} from './rollup-merge.ts';
export { type RowsInput, rangeOfRows } from './rollup-rows.ts';
export {
  addHash,
  createSketch,
  decodeSketch,
  encodeSketch,
  estimateSketch,
  mergeSketch,
  type Sketch,
  TEXT_PRECISION,
  VISITOR_PRECISION,
} from './sketch.ts';
export {
  type ClassSummary,
  emptySummary,
  mergeSummaries,
  type Summary,
  sumSummaries,
  withVisitors,
} from './summary.ts';
export { createSummaryBuilder, type Kind, type SummaryBuilder } from './summary-builder.ts';
export { decodeSummary, type EncodedClass, type EncodedSummary, encodeSummary } from './summary-codec.ts';
export { COLUMNS, type Column, type EncodedTable, type Table } from './table.ts';
export { addText } from './text-hash.ts';
export { BadTimeKey, PERIODS, type Period } from './time-key.ts';
export { HALF_HOUR, UnsupportedTimeZone } from './time-zone.ts';
export { TOP_LIMIT, type TopEntry, type TopLists, type TopPage, topPage } from './top-list.ts';
export { parseWindowKey, windowKey, windowStart } from './window.ts';
