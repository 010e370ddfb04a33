import { BadStoreInput } from '@sgraph-backbone/layer/store';

/** What the driver itself keeps in the metadata of an object, beside what its user keeps there. */
export interface OwnMetadata {
  /** Ids of the writes that led here, the last one first: how a write whose answer was lost is recognised. */
  readonly writes: readonly string[];
  /** Which content, of which key, this one was moved from. */
  readonly moved?: string;
  /** The object stands for none: it is about to be deleted. */
  readonly gone?: boolean;
}

/** Bytes that S3 takes, names and values together. */
const LIMIT = 2048;
/** Writes of others that a lost answer may be behind and still be recognised. */
const MOST_WRITES = 16;
const OWN = 'backbone-';
const ENCODED_NAME = `${OWN}name-`;
const ENCODED_VALUE = 'utf-8%';

/**
 * Metadata as S3 takes it: HTTP headers, whose names are lower-case ASCII and whose values are printable ASCII.
 * Anything else is encoded, so that it comes back as it was. Throws BadStoreInput beyond 2,048 bytes.
 */
export function encodeMetadata(
  metadata: Readonly<Record<string, string>> | undefined,
  { writes, moved, gone }: OwnMetadata,
): Record<string, string> {
  const encoded = Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [encodeName(name), encodeValue(value)]),
  );
  if (moved !== undefined) encoded[`${OWN}moved`] = moved;
  if (gone) encoded[`${OWN}gone`] = 'yes';
  const fitting = writes.slice(0, MOST_WRITES);
  const withWrites = () => ({
    ...encoded,
    ...(fitting.length > 0 && { [`${OWN}writes`]: fitting.join('.') }),
  });
  while (fitting.length > 1 && bytesOf(withWrites()) > LIMIT) fitting.pop();
  const bytes = bytesOf(withWrites());
  if (bytes > LIMIT)
    throw new BadStoreInput(`Metadata take ${bytes} bytes; S3 takes ${LIMIT} at most, names included`);
  return withWrites();
}

/** What `encodeMetadata` was given. */
export function decodeMetadata(encoded: Readonly<Record<string, string>> = {}): {
  readonly metadata?: Record<string, string>;
  readonly own: OwnMetadata;
} {
  const { [`${OWN}writes`]: writes = '', [`${OWN}moved`]: moved, [`${OWN}gone`]: gone, ...rest } = encoded;
  const entries = Object.entries(rest).map(([name, value]) => [decodeName(name), decodeValue(value)]);
  return {
    ...(entries.length > 0 && { metadata: Object.fromEntries(entries) }),
    own: { writes: writes === '' ? [] : writes.split('.'), moved, gone: gone !== undefined },
  };
}

function encodeName(name: string): string {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) && !name.startsWith(OWN)) return name;
  return ENCODED_NAME + Buffer.from(name).toString('hex');
}

function decodeName(name: string): string {
  if (!name.startsWith(ENCODED_NAME)) return name;
  return Buffer.from(name.slice(ENCODED_NAME.length), 'hex').toString();
}

/** Blanks at the ends, and several in a row, get lost on the way of a header. */
function encodeValue(value: string): string {
  const plain = /^[!-~]+( [!-~]+)*$/.test(value) && !value.startsWith(ENCODED_VALUE);
  return plain ? value : ENCODED_VALUE + encodeURIComponent(value.toWellFormed());
}

function decodeValue(value: string): string {
  return value.startsWith(ENCODED_VALUE) ? decodeURIComponent(value.slice(ENCODED_VALUE.length)) : value;
}

function bytesOf(metadata: Readonly<Record<string, string>>): number {
  return Object.entries(metadata).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}
