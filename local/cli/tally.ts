import type { WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { parseWindowKey } from '@sgraph-backbone/layer/rollups';
import type { IngestAnswer } from '../../lambdas/ingest/ingest.ts';
import { shownLocation } from '../files/shown-location.ts';

/** What an import did, counted over its objects. */
export interface Tally {
  readonly started: number;
  objects: number;
  ingested: number;
  already_known: number;
  replaced: number;
  empty: number;
  refused: number;
  records: number;
  quarantined: number;
  excluded: number;
  visitors_unmeasured: number;
  bytes: number;
  readonly windows: Map<string, WindowOfFeed>;
  readonly refusals: { file: string; reason: string }[];
  readonly warnings: { file: string; warning: string }[];
  /** First instant of the newest window that an object touched, epoch ms. */
  newestWindow?: number;
}

export function emptyTally(): Tally {
  return {
    started: Date.now(),
    objects: 0,
    ingested: 0,
    already_known: 0,
    replaced: 0,
    empty: 0,
    refused: 0,
    records: 0,
    quarantined: 0,
    excluded: 0,
    visitors_unmeasured: 0,
    bytes: 0,
    windows: new Map(),
    refusals: [],
    warnings: [],
  };
}

export function addAnswer(tally: Tally, answer: IngestAnswer): void {
  const file = shownLocation(answer.log_file_key);
  tally.objects++;
  tally[answer.outcome === 'gone' ? 'already_known' : answer.outcome]++;
  tally.records += answer.records_parsed;
  tally.quarantined += answer.quarantined;
  tally.excluded += answer.excluded;
  tally.visitors_unmeasured += answer.visitors_unmeasured;
  tally.bytes += answer.bytes;
  for (const reason of answer.errors) tally.refusals.push({ file, reason });
  for (const warning of answer.warnings) tally.warnings.push({ file, warning });
  for (const window of answer.windows) addWindow(tally, window);
}

/** One line for programs. */
export function tallyJson(tally: Tally): string {
  const { started, windows, newestWindow: _, warnings: __, refusals, bytes, ...counts } = tally;
  const seconds = secondsSince(started);
  return JSON.stringify({ ...counts, windows: windows.size, bytes, seconds, refusals });
}

/** The summary for people. */
export function tallyText(tally: Tally): string {
  const n = (value: number) => value.toLocaleString('en');
  const outcomes = (['ingested', 'already_known', 'replaced', 'empty', 'refused'] as const)
    .filter((outcome) => tally[outcome] > 0)
    .map((outcome) => `${n(tally[outcome])} ${outcome.replace('_', ' ')}`);
  const lines = [
    `${n(tally.objects)} objects: ${outcomes.join(', ') || 'none'}`,
    `${n(tally.records)} records in ${n(tally.windows.size)} half-hours, ${n(tally.bytes)} bytes, ${secondsSince(tally.started)} s`,
  ];
  if (tally.quarantined > 0) lines.push(`${n(tally.quarantined)} lines quarantined: they could not be read`);
  if (tally.excluded > 0) lines.push(`${n(tally.excluded)} requests excluded by the settings`);
  if (tally.visitors_unmeasured > 0)
    lines.push(`${n(tally.visitors_unmeasured)} requests without an address: no visitor counted for them`);
  for (const { file, warning } of tally.warnings.slice(0, MOST_LINES))
    lines.push(`warning: ${file}: ${warning}`);
  for (const { file, reason } of tally.refusals.slice(0, MOST_LINES))
    lines.push(`refused: ${file}: ${reason}`);
  if (tally.refusals.length > MOST_LINES)
    lines.push(`… and ${tally.refusals.length - MOST_LINES} more refused`);
  return `${lines.join('\n')}\n`;
}

const MOST_LINES = 20;

function addWindow(tally: Tally, window: WindowOfFeed): void {
  tally.windows.set(`${window.feed}/${window.window}`, window);
  const start = parseWindowKey(window.window);
  if (tally.newestWindow === undefined || start > tally.newestWindow) tally.newestWindow = start;
}

function secondsSince(started: number): number {
  return Math.round((Date.now() - started) / 10) / 100;
}
