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
  /** Lines with a record: of requests that are counted, known, excluded or quarantined. */
  records: number;
  /** Requests that are counted since this import, and those that were before. */
  counted: number;
  known: number;
  quarantined: number;
  excluded: number;
  visitors_unmeasured: number;
  bytes: number;
  readonly windows: Map<string, WindowOfFeed>;
  readonly refusals: { file: string; reason: string }[];
  readonly warnings: { file: string; reason: string }[];
  /** The first quarantined lines. */
  readonly quarantine: { file: string; line: number; reason: string }[];
  /** A line of a real-time log had other columns than those that were said. */
  otherFields: boolean;
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
    counted: 0,
    known: 0,
    quarantined: 0,
    excluded: 0,
    visitors_unmeasured: 0,
    bytes: 0,
    windows: new Map(),
    refusals: [],
    warnings: [],
    quarantine: [],
    otherFields: false,
  };
}

export function addAnswer(tally: Tally, answer: IngestAnswer): void {
  const file = shownLocation(answer.log_file_key);
  tally.objects++;
  tally[answer.outcome === 'gone' ? 'already_known' : answer.outcome]++;
  tally.records += answer.records_parsed;
  tally[answer.outcome === 'already_known' ? 'known' : 'counted'] += answer.records_stored;
  tally.quarantined += answer.quarantined;
  tally.excluded += answer.excluded;
  tally.visitors_unmeasured += answer.visitors_unmeasured;
  tally.bytes += answer.bytes;
  for (const reason of answer.errors) tally.refusals.push({ file, reason });
  for (const reason of answer.warnings) tally.warnings.push({ file, reason });
  addQuarantine(tally, file, answer);
  for (const window of answer.windows) addWindow(tally, window);
}

/** One line for programs. */
export function tallyJson(tally: Tally): string {
  const { objects, ingested, already_known, replaced, empty, refused, records, quarantined, excluded } =
    tally;
  const { visitors_unmeasured, bytes, refusals } = tally;
  const counts = {
    objects,
    ingested,
    already_known,
    replaced,
    empty,
    refused,
    records,
    quarantined,
    excluded,
  };
  const [windows, seconds] = [tally.windows.size, secondsSince(tally.started)];
  return JSON.stringify({ ...counts, visitors_unmeasured, windows, bytes, seconds, refusals });
}

const n = (value: number) => value.toLocaleString('en');

/** The summary for people. */
export function tallyText(tally: Tally): string {
  const outcomes = (['ingested', 'already_known', 'replaced', 'empty', 'refused'] as const)
    .filter((outcome) => tally[outcome] > 0)
    .map((outcome) => `${n(tally[outcome])} ${outcome.replace('_', ' ')}`);
  const lines = [
    `${counted(tally.objects, 'file')}: ${outcomes.join(', ') || 'none'}`,
    `${counted(tally.records, 'line')}: ${fatesOf(tally).join(', ')}`,
    `${counted(tally.windows.size, 'half-hour')}, ${n(tally.bytes)} bytes, ${secondsSince(tally.started)} s`,
  ];
  if (tally.visitors_unmeasured > 0)
    lines.push(
      `${counted(tally.visitors_unmeasured, 'request')} without an address: no visitor counted there`,
    );
  lines.push(...quarantineText(tally));
  for (const line of grouped(tally.warnings)) lines.push(`warning: ${line}`);
  for (const line of grouped(tally.refusals)) lines.push(`refused: ${line}`);
  return `${lines.join('\n')}\n`;
}

function counted(count: number, what: string): string {
  return `${n(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** What became of the lines; the numbers add up to them. */
function fatesOf(tally: Tally): string[] {
  const fates = [`${counted(tally.counted, 'request')} counted`];
  if (tally.known > 0) fates.push(`${counted(tally.known, 'request')} known before`);
  if (tally.excluded > 0) fates.push(`${n(tally.excluded)} excluded by the settings`);
  if (tally.quarantined > 0) fates.push(`${n(tally.quarantined)} quarantined (could not be read)`);
  return fates;
}

function quarantineText({ quarantine, quarantined, otherFields }: Tally): string[] {
  if (quarantine.length === 0) return [];
  const shown = quarantine.slice(0, MOST_QUARANTINED);
  const lines = shown.map(({ file, line, reason }) => `quarantined: ${file}, line ${line}: ${reason}`);
  if (quarantined > shown.length) lines.push(`… and ${n(quarantined - shown.length)} more quarantined`);
  if (otherFields) lines.push('Real-time logs have the columns that they were configured with: see --fields');
  return lines;
}

/** One line for each reason, with the first file that it was said of. */
function grouped(said: readonly { readonly file: string; readonly reason: string }[]): string[] {
  const files = new Map<string, string[]>();
  for (const { file, reason } of said) {
    const same = files.get(reason);
    if (same) same.push(file);
    else files.set(reason, [file]);
  }
  const lines = [...files].map(([reason, [first, ...others]]) =>
    others.length === 0 ? `${first}: ${reason}` : `${n(others.length + 1)} files: ${reason} (e.g. ${first})`,
  );
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `… and for ${n(lines.length - MOST_LINES)} more reasons`];
}

const MOST_LINES = 20;
const MOST_QUARANTINED = 5;

function addQuarantine(tally: Tally, file: string, { quarantine, windows }: IngestAnswer): void {
  const room = MOST_QUARANTINED - tally.quarantine.length;
  tally.quarantine.push(...quarantine.slice(0, room).map((line) => ({ file, ...line })));
  tally.otherFields ||=
    windows.some(({ feed }) => feed.startsWith('realtime.')) &&
    quarantine.some(({ reason }) => reason.includes('columns instead of'));
}

function addWindow(tally: Tally, window: WindowOfFeed): void {
  tally.windows.set(`${window.feed}/${window.window}`, window);
  const start = parseWindowKey(window.window);
  if (tally.newestWindow === undefined || start > tally.newestWindow) tally.newestWindow = start;
}

function secondsSince(started: number): number {
  return Math.round((Date.now() - started) / 10) / 100;
}
