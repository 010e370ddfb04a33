import { typeOfExtension } from './content-facts.ts';

/** Escaped bytes of a piece of a segment; with every suffix it stays under the 255 of file systems. */
const PIECE_BYTES = 200;

/** `<>:"|?*\`, controls, our own `%`, closing dots and spaces, and the device names of Windows. */
const REFUSED = /[\p{Cc}<>:"|?*\\%]|[. ]$|^(?=(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$))./giu;

/** What a name on disk stands for; a segment too long for one name begins in `more` folders. */
export interface ReadName {
  readonly kind: 'file' | 'folder' | 'more';
  readonly text: string;
}

/**
 * The path of a key's file, relative to the root of a disk store. Keys `k` and `k/x` need other names for
 * the file and for the folder, so a file keeps its plain name where it has an extension of the store, and
 * is `<name>%file` elsewhere; a folder the other way round, `<name>%folder`. A refused character is
 * `%<hex>`. Names differ in case alone as keys do: file systems that ignore case, or that change the
 * composition of accents, can't hold a store.
 */
export function filePath(key: string): string {
  const cut = key.lastIndexOf('/') + 1;
  return folderPath(key.slice(0, cut)) + segmentPath(key.slice(cut), 'file');
}

/** The path of a prefix that is empty or ends in `/`, relative to the root and with its closing `/`. */
export function folderPath(prefix: string): string {
  if (prefix === '') return '';
  const segments = prefix.slice(0, -1).split('/');
  return segments.map((segment) => `${segmentPath(segment, 'folder')}/`).join('');
}

/** What a name found on disk stands for; `undefined` for names that no key has (other programs' files). */
export function readName(name: string): ReadName | undefined {
  const suffix = /%(file|folder|more)$/.exec(name);
  const escaped = suffix === null ? name : name.slice(0, suffix.index);
  const text = unescaped(escaped);
  const kind = (suffix?.[1] as ReadName['kind']) ?? (hasExtension(text) ? 'file' : 'folder');
  const path = kind === 'more' ? piecesOf(text).map(moreName).join('/') : segmentPath(text, kind);
  return path === (kind === 'more' ? `${name}/%empty%more` : name) ? { kind, text } : undefined;
}

function segmentPath(segment: string, kind: 'file' | 'folder'): string {
  const pieces = piecesOf(segment);
  const last = pieces.pop()!;
  const plain = escaped(last);
  const named = hasExtension(last) === (kind === 'file') ? plain : `${plain}%${kind}`;
  return pieces.length === 0 ? named : `${pieces.map(moreName).join('/')}/${named}`;
}

function moreName(piece: string): string {
  return `${escaped(piece)}%more`;
}

function hasExtension(piece: string): boolean {
  return typeOfExtension(piece) !== undefined;
}

/**
 * Cuts where the bytes reach the limit, looking at what is before the cut alone: then no piece of one
 * segment begins with the whole piece of another, and a listing can go through them in order.
 */
function piecesOf(segment: string): string[] {
  if (segment.length * 3 < PIECE_BYTES) return [segment];
  const pieces: string[] = [];
  let piece = '';
  let bytes = 0;
  for (const character of segment) {
    piece += character;
    bytes += Buffer.byteLength(escaped(`${character}_`)) - 1;
    if (bytes < PIECE_BYTES) continue;
    pieces.push(piece);
    piece = '';
    bytes = 0;
  }
  return [...pieces, piece];
}

function escaped(piece: string): string {
  if (piece === '') return '%empty';
  return piece.replace(REFUSED, (character) => `%${hexOf(character.charCodeAt(0))}`);
}

function unescaped(name: string): string {
  if (name === '%empty') return '';
  return name.replace(/%([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function hexOf(code: number): string {
  return code.toString(16).toUpperCase().padStart(2, '0');
}
