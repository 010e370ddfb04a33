/** Where an entry's bytes lie, and what they are. */
export interface ZipEntry {
  /** Name in the archive. */
  readonly name: string;
  /** Bytes of the content, and of what is kept of it. */
  readonly size: number;
  readonly packed: number;
  /** 0: as it is; 8: deflated. */
  readonly method: number;
  readonly crc: number;
  /** Epoch ms. */
  readonly modified: number;
  readonly comment: string;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const UTF_8 = 0x0800;
const VERSION = 45;
const LARGE = 0xffffffff;
const MANY = 0xffff;

export const LOCAL_BYTES = 30;
export const END_BYTES = 22;

/** Bytes before an entry's content. */
export function localHeader(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.name);
  const header = Buffer.alloc(LOCAL_BYTES);
  header.writeUInt32LE(LOCAL, 0);
  header.writeUInt16LE(VERSION, 4);
  common(entry, header, 6);
  header.writeUInt16LE(name.length, 26);
  return Buffer.concat([header, name]);
}

/** Bytes between a local header's begin and the content, from its first 30 bytes. */
export function localHeaderLength(header: Buffer): number | undefined {
  if (header.length < LOCAL_BYTES || header.readUInt32LE(0) !== LOCAL) return undefined;
  return LOCAL_BYTES + header.readUInt16LE(26) + header.readUInt16LE(28);
}

/** The row of an entry in the directory at the end; `offset` is where its local header is. */
export function centralHeader(entry: ZipEntry, offset: number): Buffer {
  const [name, comment] = [Buffer.from(entry.name), Buffer.from(entry.comment)];
  const far = offset >= LARGE ? Buffer.alloc(12) : Buffer.alloc(0);
  if (far.length > 0) {
    far.writeUInt16LE(1, 0);
    far.writeUInt16LE(8, 2);
    far.writeBigUInt64LE(BigInt(offset), 4);
  }
  const header = Buffer.alloc(46);
  header.writeUInt32LE(CENTRAL, 0);
  // Made on Unix: a file for its owner alone.
  header.writeUInt16LE((3 << 8) | VERSION, 4);
  header.writeUInt16LE(VERSION, 6);
  common(entry, header, 8);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(far.length, 30);
  header.writeUInt16LE(comment.length, 32);
  header.writeUInt32LE((0o100600 << 16) >>> 0, 38);
  header.writeUInt32LE(Math.min(offset, LARGE), 42);
  return Buffer.concat([header, name, far, comment]);
}

/** What an archive ends with, its own comment last. */
export function endOfZip(entries: number, start: number, bytes: number, comment: string): Buffer {
  const text = Buffer.from(comment);
  const end = Buffer.alloc(END_BYTES);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(Math.min(entries, MANY), 8);
  end.writeUInt16LE(Math.min(entries, MANY), 10);
  end.writeUInt32LE(Math.min(bytes, LARGE), 12);
  end.writeUInt32LE(Math.min(start, LARGE), 16);
  end.writeUInt16LE(text.length, 20);
  if (entries < MANY && start < LARGE && bytes < LARGE) return Buffer.concat([end, text]);
  const far = Buffer.alloc(76);
  far.writeUInt32LE(END_64, 0);
  far.writeBigUInt64LE(44n, 4);
  far.writeUInt16LE((3 << 8) | VERSION, 12);
  far.writeUInt16LE(VERSION, 14);
  far.writeBigUInt64LE(BigInt(entries), 24);
  far.writeBigUInt64LE(BigInt(entries), 32);
  far.writeBigUInt64LE(BigInt(bytes), 40);
  far.writeBigUInt64LE(BigInt(start), 48);
  far.writeUInt32LE(LOCATOR_64, 56);
  far.writeBigUInt64LE(BigInt(start + bytes), 64);
  far.writeUInt32LE(1, 72);
  return Buffer.concat([far, end, text]);
}

/** Where the directory of an archive is, from the archive's last bytes; `undefined`: these are the end of none. */
export function readEnd(
  tail: Buffer,
): { entries: number; start: number; bytes: number; comment: string } | undefined {
  const at = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (at < 0 || at + END_BYTES > tail.length) return undefined;
  const comment = tail.toString('utf8', at + END_BYTES);
  const far = at - 76;
  if (far >= 0 && tail.readUInt32LE(far) === END_64 && tail.readUInt32LE(far + 56) === LOCATOR_64) {
    const [entries, bytes, start] = [32, 40, 48].map((offset) => Number(tail.readBigUInt64LE(far + offset)));
    return { entries: entries!, start: start!, bytes: bytes!, comment };
  }
  return {
    entries: tail.readUInt16LE(at + 10),
    bytes: tail.readUInt32LE(at + 12),
    start: tail.readUInt32LE(at + 16),
    comment,
  };
}

/** Rows of a directory, each with the offset of its local header. Throws RangeError where it is damaged. */
export function* readDirectory(directory: Buffer, count: number): Generator<ZipEntry & { offset: number }> {
  for (let at = 0, left = count; left > 0; left--) {
    if (directory.readUInt32LE(at) !== CENTRAL) throw new RangeError('no entry where one should be');
    const [name, extra, comment] = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset));
    const extraAt = at + 46 + name!;
    const commentAt = extraAt + extra!;
    const near = directory.readUInt32LE(at + 42);
    yield {
      name: directory.toString('utf8', at + 46, extraAt),
      method: directory.readUInt16LE(at + 10),
      crc: directory.readUInt32LE(at + 16),
      packed: directory.readUInt32LE(at + 20),
      size: directory.readUInt32LE(at + 24),
      modified: 0,
      comment: directory.toString('utf8', commentAt, commentAt + comment!),
      offset: near === LARGE ? Number(directory.readBigUInt64LE(extraAt + 4)) : near,
    };
    at = commentAt + comment!;
  }
}

/** The fields that both headers have, from the flags on. */
function common({ method, modified, crc, packed, size }: ZipEntry, header: Buffer, at: number): void {
  const time = new Date(Math.max(modified, Date.UTC(1980, 0, 1)));
  header.writeUInt16LE(UTF_8, at);
  header.writeUInt16LE(method, at + 2);
  header.writeUInt16LE(
    (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1),
    at + 4,
  );
  header.writeUInt16LE(
    (((time.getUTCFullYear() - 1980) & 0x7f) << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate(),
    at + 6,
  );
  header.writeUInt32LE(crc, at + 8);
  header.writeUInt32LE(packed, at + 12);
  header.writeUInt32LE(size, at + 16);
}
