import { isIPv6 } from 'node:net';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Recorded } from '../stores/index.ts';
import { readParquet } from './parquet-file.ts';

/** A text that was written, and where. */
export interface Writing {
  readonly place: string;
  readonly text: string;
}

/**
 * Every text in what calls of a store wrote: keys, metadata, and the bytes, unpacked down to the strings of JSON and
 * the values of Parquet. The bytes that a move carries are a log object itself: its new key and metadata alone are new.
 */
export async function writingsOf(calls: readonly Recorded[]): Promise<Writing[]> {
  const writings: Writing[] = [];
  for (const { method, half, key, to, bytes, metadata } of calls) {
    if (method !== 'put' && method !== 'move') continue;
    const place = `${half} ${to ?? key}`;
    for (const text of new Set([to ?? key, ...Object.values(metadata ?? {}), ...(await textsIn(bytes))]))
      writings.push({ place, text });
  }
  return writings;
}

/** Every text in an answer or a log line. */
export async function writingsIn(place: string, text: string): Promise<Writing[]> {
  return [...new Set(await textsIn(Buffer.from(text)))].map((found) => ({ place, text: found }));
}

/** What looks like an address or an e-mail address, or is one of the secrets, however often it was encoded. */
export function betrayals(writings: readonly Writing[], secrets: readonly string[] = []): string[] {
  const places = new Map(writings.map(({ place, text }) => [text, place]));
  const found = new Set<string>();
  for (const [text, place] of places)
    for (const form of formsOf(text))
      for (const match of [...addressesIn(form), ...secretsIn(form, secrets)])
        found.add(`${place}: ${match} in ${JSON.stringify(form.slice(0, 120))}`);
  return [...found];
}

// Bounded, so that long texts without a blank take no longer than others.
const IPV4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/g;
const COLONS = /(?<![\w:])[0-9a-f]{0,4}:[0-9a-f]{0,4}:[0-9a-f:.]{0,40}/gi;
const MAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})*\.[a-z]{2,}/gi;

function addressesIn(text: string): string[] {
  const plain = [...text.matchAll(IPV4), ...text.matchAll(MAIL)].map(([match]) => match);
  const colons = [...text.matchAll(COLONS)].map(([match]) => match);
  return [...plain, ...colons.filter(isAddress)];
}

function secretsIn(text: string, secrets: readonly string[]): string[] {
  const lower = text.toLowerCase();
  return secrets.filter((secret) => lower.includes(secret.toLowerCase()));
}

/** `d::` may end a word of a program: one group alone is nobody's address. */
function isAddress(text: string): boolean {
  const groups = text.split(':').filter((group) => group !== '');
  return groups.length > 1 && isIPv6(text.replace(/\.+$/, ''));
}

/** The text, what percent-encoding hides in it once and twice, and full-width letters made plain. */
function formsOf(text: string): Set<string> {
  const once = decoded(text);
  return new Set([text, once, decoded(once), once.normalize('NFKC')]);
}

function decoded(text: string): string {
  const bytes = text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return bytes === text ? text : Buffer.from(bytes, 'latin1').toString('utf8');
}

async function textsIn(bytes: Uint8Array = new Uint8Array()): Promise<string[]> {
  const magic = Buffer.from(bytes.subarray(0, 4)).toString('latin1');
  if (magic === 'PAR1') return textsOfParquet(bytes);
  if (magic.startsWith('\x1f\x8b')) return textsIn(gunzipSync(bytes));
  if (magic === '\x28\xb5\x2f\xfd') return textsIn(zstdDecompressSync(bytes));
  const text = Buffer.from(bytes).toString('utf8');
  const values = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => jsonOr(line));
  return stringsIn(values.length === 1 ? values[0] : jsonOr(text, values));
}

async function textsOfParquet(bytes: Uint8Array): Promise<string[]> {
  const { metadata, columns } = await readParquet(bytes);
  const texts = new Set<string>();
  for (const values of Object.values(columns)) for (const value of new Set(values)) texts.add(String(value));
  const { row_groups, key_value_metadata = [], ...rest } = metadata;
  for (const { key, value = '' } of key_value_metadata) {
    texts.add(key);
    for (const text of await stringsIn(jsonOr(value))) texts.add(text);
  }
  const statistics = row_groups.flatMap(({ columns }) =>
    columns.map(({ meta_data }) => meta_data?.statistics),
  );
  for (const text of await stringsIn([rest, statistics])) texts.add(text);
  return [...texts];
}

/** Strings and names of members, numbers as they are printed, and what base64 hides. */
async function stringsIn(value: unknown): Promise<string[]> {
  if (typeof value === 'string') return [value, ...(await hiddenIn(value))];
  if (value instanceof Uint8Array) return [Buffer.from(value).toString('utf8')];
  if (Array.isArray(value)) return (await Promise.all(value.map(stringsIn))).flat();
  if (value !== null && typeof value === 'object')
    return (await Promise.all(Object.entries(value).map(stringsIn))).flat();
  return [String(value)];
}

async function hiddenIn(text: string): Promise<string[]> {
  if (text.length < 8 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return [];
  const bytes = Buffer.from(text, 'base64');
  const packed = bytes.readUInt16BE() === 0x1f8b || bytes.readUInt32BE() === 0x28b52ffd;
  return packed ? textsIn(bytes) : [bytes.toString('latin1')];
}

function jsonOr(text: string, otherwise: unknown = text): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return otherwise;
  }
}
