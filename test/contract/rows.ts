import type { ListOptions, ObjectStore } from '@sgraph-backbone/layer/store';

/** Bytes of a text. */
export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Text of bytes. */
export function textOf(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes);
}

/** The keys, and folded prefixes, of a listing. */
export async function rowsOf(store: ObjectStore, prefix: string, options?: ListOptions): Promise<string[]> {
  const rows: string[] = [];
  for await (const row of store.list(prefix, options)) rows.push('prefix' in row ? row.prefix : row.key);
  return rows;
}

/** Order of the UTF-8 bytes, by the bytes themselves. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Keys that disagree with file systems, with each other, or with the order of UTF-16. */
export const NASTY_KEYS = [
  'k',
  'k/x',
  'k/x/y.json',
  'k2/x',
  'a.b',
  'a/b',
  'a-b',
  'a0',
  'a.json',
  'a.json/b.json',
  'a.json%folder',
  'a%file',
  'a%2Fb',
  '%store/lock.sqlite',
  '%empty',
  '.',
  '..',
  '../up',
  './here',
  'a//b',
  '/a',
  'a/',
  '/',
  'two words.txt',
  ' ',
  'dot.',
  'tail ',
  'con',
  'AUX.json',
  'Case',
  'case',
  'colon:star*?"<>|\\',
  'tab\there\u0001\u0085',
  'grün/€.json',
  'e\u0301 and \u00e9',
  '\ufffd after',
  '\u{10000} beyond',
  '\u{1F600}/x',
  'live/E2EXAMPLE.2026-02-16-14.ab12cd34.gz',
  `long/${'x'.repeat(199)}`,
  `long/${'x'.repeat(200)}`,
  `long/${'x'.repeat(200)}/below`,
  `long/${'x'.repeat(200)}y.json`,
  `long/${'x'.repeat(500)}/${'y'.repeat(400)}.json`,
  `long/${'x'.repeat(198)}€`,
  `long/${'x'.repeat(198)}*`,
  `long/${'x'.repeat(198)}ab`,
  'long/'.padEnd(1024, '*'),
  '€'.repeat(341),
] as const;
