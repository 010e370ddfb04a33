import { LogRefused } from './refusal.ts';

/** What the unpacked bytes of an object begin with. Names and extensions mean nothing. */
export function sniff(head: Uint8Array): 'text' | 'json' {
  const begins = (...bytes: number[]) => bytes.every((byte, at) => head[at] === byte);
  if (begins(0x50, 0x4b, 3, 4)) throw new LogRefused('binary', 'This is a ZIP archive');
  if (begins(0x28, 0xb5, 0x2f, 0xfd)) throw new LogRefused('binary', 'This is Zstandard data');
  if (begins(0x42, 0x5a, 0x68)) throw new LogRefused('binary', 'This is bzip2 data');
  if (begins(0xff, 0x06, 0, 0, 0x73, 0x4e)) throw new LogRefused('binary', 'This is Snappy data');
  if (isBinary(head.subarray(0, 8192))) throw new LogRefused('binary', 'This is a binary file');
  const text = Buffer.from(head.subarray(0, 8192)).toString('latin1');
  if (/^(\xef\xbb\xbf)?\s*[[{]/.test(text)) return 'json';
  // A damaged first record does not make JSON something else.
  return /\n\s*\{\s*"/.test(text) && !text.includes('#Fields') ? 'json' : 'text';
}

/** One damaged byte does not make a log binary: some in a hundred do. */
function isBinary(head: Uint8Array): boolean {
  let controls = 0;
  for (const byte of head) if (byte < 9 || (byte > 13 && byte < 32)) controls++;
  return controls > 1 && controls * 50 > head.length;
}
