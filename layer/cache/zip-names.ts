import { BadZip } from './errors.ts';

/** Bytes of the name of a member. */
export const ZIP_NAME_BYTES = 1024;

/** What the upper half of bytes stands for in zips of old: code page 437. */
const OLD =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀' +
  'αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';

/** The name of a member from its bytes. Throws BadZip for one that would leave the folder it is unpacked to. */
export function memberName(bytes: Buffer, isUtf8: boolean): string {
  return checkedMember(isUtf8 ? utf8(bytes) : [...bytes].map(oldCharacter).join(''));
}

/** Throws BadZip unless the name stays below a folder: no root, drive, `..`, NUL. */
export function checkedMember(name: string): string {
  const isOutside = /^[/\\]|^[A-Za-z]:|\0/.test(name) || name.split(/[/\\]/).includes('..');
  if (name === '' || isOutside || !name.isWellFormed())
    throw new BadZip(`The name of a member stays below its zip: ${JSON.stringify(name.slice(0, 100))}`);
  if (Buffer.byteLength(name) > ZIP_NAME_BYTES)
    throw new BadZip(`The name of a member has at most ${ZIP_NAME_BYTES} bytes: ${name.slice(0, 100)}…`);
  return name;
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new BadZip('The name of a member is not UTF-8 as it says', { cause });
  }
}

function oldCharacter(byte: number): string {
  return byte < 0x80 ? String.fromCharCode(byte) : OLD[byte - 0x80]!;
}
