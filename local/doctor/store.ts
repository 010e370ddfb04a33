import { listMarkers, liveLocation, readEntry, readLocation } from '@sgraph-backbone/layer/ledger';
import {
  DEFAULT_SETTINGS,
  membersThatDiffer,
  readSettings,
  readStoreFormat,
  STORE_FORMAT,
} from '@sgraph-backbone/layer/settings';
import { OBSERVABILITY, type Store } from '@sgraph-backbone/layer/store';
import { fault, fine, note, type Observation } from './observation.ts';

/** After this time what was begun or delivered should be done, ms. */
const OVERDUE = 3_600_000;

/** `archive` runs each hour, and the sweeper each half-hour: what is counted and still there after this was missed, ms. */
const UNARCHIVED = 3 * OVERDUE;

/** Log objects that are looked at; a backlog shows long before. */
const MOST_LIVE = 2_000;

/** Whether the store can be read by this program at all, and which settings count. Throws what the store throws. */
export async function* settingsSeen({ data }: Pick<Store, 'data'>): AsyncIterable<Observation> {
  const format = await readStoreFormat(data);
  if (format === undefined) yield note('settings', 'the store is empty: nothing was ever written to it');
  else if (format !== STORE_FORMAT)
    yield fault(
      'settings',
      `the store has format ${format}, this program ${STORE_FORMAT}`,
      'the program would misread it, and refuses to',
      format > STORE_FORMAT ? 'use a newer Backbone' : 'run migrate',
    );
  try {
    const own = membersThatDiffer(await readSettings(data), DEFAULT_SETTINGS);
    yield fine('settings', own.length === 0 ? 'all as by default' : `the site's own: ${own.join(', ')}`);
  } catch (error) {
    if ((error as Error).name !== 'ZodError') throw error;
    yield fault(
      'settings',
      `the site's settings can't be used: ${(error as Error).message}`,
      'nothing is read until they can',
      'put an older version of the settings object back',
    );
  }
}

/** Log objects that wait in `live/` for too long: not counted, or counted and not moved. */
export async function* liveSeen(store: Store, now: number): AsyncIterable<Observation> {
  const waiting: string[] = [];
  const unmoved: string[] = [];
  let looked = 0;
  for await (const row of store.observability.list(OBSERVABILITY.live, { limit: MOST_LIVE })) {
    if ('prefix' in row) continue;
    looked++;
    const age = now - row.modified;
    if (age < OVERDUE) continue;
    if (!(await isCounted(store, row))) waiting.push(row.key);
    else if (age > UNARCHIVED) unmoved.push(row.key);
  }
  if (waiting.length > 0)
    yield fault(
      'live/',
      `${some(waiting)} not counted after an hour`,
      'its requests are in no number, and coverage stops before it',
      'look at errors of ingest and its dead letters; the sweeper tries again each half-hour; import reads it by hand',
    );
  if (unmoved.length > 0)
    yield fault(
      'live/',
      `${some(unmoved)} counted and not archived after three hours`,
      'live/ is the queue of work: what is done in it hides what is not',
      'look at errors of archive and sweep',
    );
  if (waiting.length + unmoved.length === 0) yield fine('live/', `${looked} log objects, none overdue`);
  if (looked === MOST_LIVE) yield note('live/', `only the first ${MOST_LIVE} log objects were looked at`);
}

/** Work that was begun and not finished. */
export async function* markersSeen({ data }: Pick<Store, 'data'>, now: number): AsyncIterable<Observation> {
  const markers = await listMarkers(data);
  const stuck = markers.filter(({ begun }) => now - begun > OVERDUE);
  if (stuck.length === 0) return yield fine('pending', `${markers.length} under way, none for over an hour`);
  const oldest = new Date(Math.min(...stuck.map(({ begun }) => begun))).toISOString();
  yield fault(
    'pending',
    `${stuck.length} operations were begun and not finished, the oldest at ${oldest}`,
    'their half-hours stay partial, and their originals in live/',
    'the sweeper finishes them: look at its errors; any command that opens the store (report) does it too',
  );
}

async function isCounted({ data }: Store, row: { readonly key: string; readonly etag: string }) {
  const seen = await readLocation(data, liveLocation(row.key));
  if (seen === undefined || seen.etag !== row.etag) return false;
  return (await readEntry(data, seen.object_id))?.value.state === 'active';
}

/** `3 log objects (a, b, …)`. */
function some(keys: readonly string[]): string {
  const shown = keys.slice(0, 2).join(', ') + (keys.length > 2 ? ', …' : '');
  return `${keys.length === 1 ? 'a log object is' : `${keys.length} log objects are`} (${shown})`;
}
