import { createHash } from 'node:crypto';
import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import { NAMESPACES, type ObjectStore, readJson, writeJson } from '@sgraph-backbone/layer/store';
import { bucketLocation } from './bucket-source.ts';
import { readLocation } from './locations.ts';

/** Where somebody else keeps logs. */
export interface SourceFolder {
  readonly bucket: string;
  readonly prefix: string;
}

/** What is known of a folder that is listed again and again. */
interface SourceState extends SourceFolder {
  /** Epoch ms in the newest name, by what stands in front of its date: a distribution, a stream. */
  readonly newest: Readonly<Record<string, number>>;
  /** Hashes of names and contents among the newest that are counted or refused. */
  readonly known: readonly string[];
  /** Objects that were neither when this was written, the oldest first: nothing is final that they may change. */
  readonly waiting?: readonly WaitingObject[];
}

interface WaitingObject {
  readonly key: string;
  readonly etag: string;
  readonly modified: number;
}

/** What a listing came to. */
export interface SourceListing {
  /** Objects that were found to be new. */
  readonly found: number;
  /** Arrival of the oldest object that is neither counted nor refused, epoch ms; undefined where none waits. */
  readonly oldestWaiting?: number;
}

// CloudFront delivers entries up to a day late, and files of one hour in no order.
const BEHIND = 48 * 3_600_000;
// Of years that begin to be read at once, the oldest say enough: they hold back what the others would.
const MOST_WAITING = 10_000;

/**
 * Lists what may be new in a folder of another bucket: from 48 hours behind the newest name that was seen, since late
 * files sort before it. `found` is called with the locations of objects that are not in the ledger. One that is given up
 * on its way stays among those that wait, however old its name has become.
 */
export async function listSource(
  data: ObjectStore,
  bucket: ObjectStore,
  folder: SourceFolder,
  found: (locations: readonly string[]) => Promise<void>,
): Promise<SourceListing> {
  const before = (await readJson<SourceState>(data, stateKey(folder)))?.value;
  const newest = new Map(Object.entries(before?.newest ?? {}));
  const begins = new Map([...newest].map(([series, time]) => [series, time - BEHIND]));
  const known = new Set(before?.known);
  const still: string[] = [];
  const unknown: WaitingObject[] = [];
  for await (const { key, etag, modified } of rowsFrom(bucket, folder.prefix, begins)) {
    const dated = dateOf(key);
    if (dated) newest.set(dated.series, Math.max(newest.get(dated.series) ?? 0, dated.time));
    const hash = shortHash(`${key} ${etag}`);
    if (known.has(hash) || (await isKnown(data, folder, { key, etag }))) still.push(hash);
    else unknown.push({ key, etag, modified });
  }
  await found(unknown.map(({ key }) => bucketLocation({ bucket: folder.bucket, key })));
  const waiting = await stillWaiting(data, bucket, folder, [...(before?.waiting ?? []), ...unknown]);
  // Only after what was found is on its way: who dies before lists it again.
  await writeJson(data, stateKey(folder), {
    ...folder,
    newest: Object.fromEntries(newest),
    known: still,
    waiting,
  });
  return { found: unknown.length, oldestWaiting: waiting[0]?.modified };
}

/** Whether this content was counted or refused from this place. */
async function isKnown(
  data: ObjectStore,
  { bucket }: SourceFolder,
  { key, etag }: Pick<WaitingObject, 'key' | 'etag'>,
): Promise<boolean> {
  return (await readLocation(data, bucketLocation({ bucket, key })))?.etag === etag;
}

/** The oldest first; those behind the first that still waits are not asked about. */
async function stillWaiting(
  data: ObjectStore,
  bucket: ObjectStore,
  folder: SourceFolder,
  objects: readonly WaitingObject[],
): Promise<WaitingObject[]> {
  const distinct = [...new Map(objects.map((object) => [object.key, object])).values()];
  const waiting = distinct.toSorted((one, other) => one.modified - other.modified).slice(0, MOST_WAITING);
  const first = await indexOfFirst(waiting, async (object) => {
    if (await isKnown(data, folder, object)) return false;
    return (await bucket.head(object.key))?.etag === object.etag;
  });
  return waiting.slice(first);
}

async function indexOfFirst<T>(items: readonly T[], isIt: (item: T) => Promise<boolean>): Promise<number> {
  for (const [index, item] of items.entries()) if (await isIt(item)) return index;
  return items.length;
}

/** All rows but those of a series before its begin: the listing leaps over them. */
async function* rowsFrom(
  bucket: ObjectStore,
  prefix: string,
  begins: ReadonlyMap<string, number>,
): AsyncIterable<WaitingObject> {
  let startAfter: string | undefined;
  for (let leap = true; leap; ) {
    leap = false;
    for await (const row of rowsBelow(bucket, prefix, startAfter)) {
      const dated = dateOf(row.key);
      const begin = dated && begins.get(dated.series);
      if (dated === undefined || begin === undefined || dated.time >= begin) {
        yield row;
        continue;
      }
      startAfter = dated.series + dated.write(begin);
      // A name that sorts behind where its date would take the listing is passed, or it would be met again.
      if (startAfter <= row.key) startAfter = row.key;
      leap = true;
      break;
    }
  }
}

/** A prefix of a source need not end in a slash; a listing's has to. */
async function* rowsBelow(
  bucket: ObjectStore,
  prefix: string,
  startAfter?: string,
): AsyncIterable<WaitingObject> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const first = startAfter ?? (prefix === folder ? undefined : justBefore(prefix));
  for await (const row of bucket.list(folder, { startAfter: first })) {
    if ('prefix' in row) continue;
    if (row.key.startsWith(prefix)) yield row;
    else if (row.key > prefix) return;
  }
}

/** A text that sorts before all that begin with this one, and behind nearly all others that do. */
function justBefore(text: string): string {
  const last = text.charCodeAt(text.length - 1);
  return text.slice(0, -1) + String.fromCharCode(last - 1);
}

interface DatedName {
  readonly series: string;
  readonly time: number;
  /** Another time in the form of this name's. */
  readonly write: (time: number) => string;
}

// `2026-02-16-10`, `2026/02/16/10`, `year=2026/month=02/day=16/hour=10`; hours may be missing.
const DATE = /(year=)?(\d{4})([-/])((?:month=)?)(\d\d)\3((?:day=)?)(\d\d)(?:\3((?:hour=)?)(\d\d))?/;

/** The date in a key, and what stands in front of it. */
function dateOf(key: string): DatedName | undefined {
  const match = DATE.exec(key);
  if (match === null) return undefined;
  const [, y = '', year, separator, m, month, d, day, h = '', hour] = match;
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour ?? 0));
  const write = (other: number) => {
    const [date = '', clock = ''] = new Date(other).toISOString().split('T');
    const [year2, month2, day2] = date.split('-');
    const whole = `${y}${year2}${separator}${m}${month2}${separator}${d}${day2}`;
    return hour === undefined ? whole : `${whole}${separator}${h}${clock.slice(0, 2)}`;
  };
  return Number.isNaN(time) ? undefined : { series: key.slice(0, match.index), time, write };
}

function stateKey({ bucket, prefix }: SourceFolder): string {
  return keyBasedPath(NAMESPACES.cloudfront.ledger, 'sources', shortHash(`${bucket}/${prefix}`), 'json');
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
