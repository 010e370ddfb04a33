import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { BadZip } from './errors.ts';
import { memberName } from './zip-names.ts';

/** Contents by name; of members of one name the last counts. */
export type ZipMembers = ReadonlyMap<string, Uint8Array>;

export interface ZipLimits {
  /** @default 10000 */
  readonly members?: number;
  /** Of all members together, unpacked. @default 256 MB */
  readonly bytes?: number;
}

export const ZIP_MEMBERS = 10_000;
export const ZIP_BYTES = 256 * 1024 * 1024;

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const LONGEST_COMMENT = 0xffff;
const ENCRYPTED = 0x1;
const UTF_8 = 0x800;
const STORED = 0;
const DEFLATED = 8;
/** 1980-01-01, the first day of zip: the same members are the same bytes. */
const DATE = 0x21;
const VERSION = 20;

/** One row of the central directory. */
interface Row {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/**
 * Reads a zip. What it unpacks to is bounded before anything is unpacked, whatever its headers claim.
 * Throws BadZip for anything else, beyond the limits, and for names that would leave a folder.
 */
export function readZip(bytes: Uint8Array, limits: ZipLimits = {}): ZipMembers {
  const zip = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { rows, base } = directoryOf(zip);
  checkLimits(
    rows.length,
    rows.reduce((sum, row) => sum + row.size, 0),
    limits,
  );
  return new Map(rows.map((row) => [row.name, contentOf(zip, base, row)]));
}

/** Writes a zip of these members in their order. Throws BadZip beyond the limits. */
export function zipOf(members: ZipMembers, limits: ZipLimits = {}): Uint8Array {
  checkLimits(
    members.size,
    [...members.values()].reduce((sum, { length }) => sum + length, 0),
    limits,
  );
  const parts: Uint8Array[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of members) {
    const { header, body } = packed(name, content);
    const local = Buffer.alloc(4);
    local.writeUInt32LE(LOCAL);
    const path = Buffer.from(name);
    parts.push(local, header, path, body);
    directory.push(centralRow(header, path, offset));
    offset += LOCAL_BYTES + path.length + body.length;
  }
  const central = Buffer.concat(directory);
  return Buffer.concat([...parts, central, endOf(members.size, central.length, offset)]);
}

function checkLimits(
  count: number,
  size: number,
  { members = ZIP_MEMBERS, bytes = ZIP_BYTES }: ZipLimits,
): void {
  if (count > members) throw new BadZip(`A zip has at most ${members} members; this one has ${count}`);
  if (size > bytes) throw new BadZip(`A zip unpacks to at most ${bytes} bytes; this one to ${size}`);
}

function directoryOf(zip: Buffer): { readonly rows: Row[]; readonly base: number } {
  const end = endAt(zip);
  const count = zip.readUInt16LE(end + 10);
  const size = zip.readUInt32LE(end + 12);
  const offset = zip.readUInt32LE(end + 16);
  if (count === 0xffff || size === 0xffffffff || offset === 0xffffffff)
    throw new BadZip('Zip64 is not accepted');
  const start = end - size;
  // Something may stand in front of a zip; its offsets do not count it.
  const base = start - offset;
  if (start < 0 || base < 0) throw new BadZip('The directory of the zip is broken');
  const rows: Row[] = [];
  for (let at = start; rows.length < count; ) {
    if (at + CENTRAL_BYTES > end || zip.readUInt32LE(at) !== CENTRAL)
      throw new BadZip('The directory of the zip is broken');
    rows.push(rowAt(zip, at, end));
    at += CENTRAL_BYTES + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return { rows, base };
}

function endAt(zip: Buffer): number {
  const last = zip.length - END_BYTES;
  for (let at = last; at >= 0 && at >= last - LONGEST_COMMENT; at--)
    if (zip.readUInt32LE(at) === END && at + END_BYTES + zip.readUInt16LE(at + 20) === zip.length) return at;
  throw new BadZip('File is not a zip file');
}

function rowAt(zip: Buffer, at: number, end: number): Row {
  const flags = zip.readUInt16LE(at + 8);
  const name = zip.subarray(
    at + CENTRAL_BYTES,
    Math.min(end, at + CENTRAL_BYTES + zip.readUInt16LE(at + 28)),
  );
  const row = {
    name: memberName(name, (flags & UTF_8) !== 0),
    method: zip.readUInt16LE(at + 10),
    crc: zip.readUInt32LE(at + 16),
    packed: zip.readUInt32LE(at + 20),
    size: zip.readUInt32LE(at + 24),
    offset: zip.readUInt32LE(at + 42),
  };
  if ((flags & ENCRYPTED) !== 0) throw new BadZip(`The member ${JSON.stringify(row.name)} is encrypted`);
  return row;
}

function contentOf(zip: Buffer, base: number, { name, method, crc, packed, size, offset }: Row): Uint8Array {
  const broken = (cause?: unknown) =>
    new BadZip(`The member ${JSON.stringify(name)} is broken, or is not what the directory says`, { cause });
  const header = base + offset;
  if (header + LOCAL_BYTES > zip.length || zip.readUInt32LE(header) !== LOCAL) throw broken();
  const start = header + LOCAL_BYTES + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
  const body = zip.subarray(start, start + packed);
  if (body.length !== packed) throw broken();
  if (method !== STORED && method !== DEFLATED)
    throw new BadZip(`The member ${JSON.stringify(name)} is packed by method ${method}; deflate is accepted`);
  const content = method === STORED ? Buffer.from(body) : inflated(body, size, broken);
  if (content.length !== size || crc32(content) !== crc) throw broken();
  return content;
}

function inflated(body: Buffer, size: number, broken: (cause: unknown) => BadZip): Buffer {
  try {
    return inflateRawSync(body, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw broken(cause);
  }
}

/** What local header and directory have in common: from the version to the length of the extra field. */
function packed(
  name: string,
  content: Uint8Array,
): { readonly header: Buffer; readonly body: Uint8Array<ArrayBufferLike> } {
  const deflated = deflateRawSync(content);
  const isSmaller = deflated.length < content.length;
  const body = isSmaller ? deflated : content;
  const header = Buffer.alloc(LOCAL_BYTES - 4);
  header.writeUInt16LE(VERSION, 0);
  header.writeUInt16LE(UTF_8, 2);
  header.writeUInt16LE(isSmaller ? DEFLATED : STORED, 4);
  header.writeUInt16LE(DATE, 8);
  header.writeUInt32LE(crc32(content), 10);
  header.writeUInt32LE(body.length, 14);
  header.writeUInt32LE(content.length, 18);
  header.writeUInt16LE(Buffer.byteLength(name), 22);
  return { header, body };
}

function centralRow(header: Buffer, path: Buffer, offset: number): Buffer {
  const row = Buffer.alloc(CENTRAL_BYTES);
  row.writeUInt32LE(CENTRAL, 0);
  row.writeUInt16LE(VERSION, 4);
  header.copy(row, 6);
  row.writeUInt32LE(offset, 42);
  return Buffer.concat([row, path]);
}

function endOf(count: number, size: number, offset: number): Buffer {
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(size, 12);
  end.writeUInt32LE(offset, 16);
  return end;
}
