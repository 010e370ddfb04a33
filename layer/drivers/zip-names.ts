/** What file systems and unpackers would not take as it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced
const ESCAPED = /[\u0000-\u001f\u007f%:*?"<>|\\]|[ .]$/gu;

/** The name of a key inside an archive: one that unpacks below its folder, whatever the key is. */
export function zipName(folder: string, key: string): string {
  return [folder, ...key.split('/').map(zipSegment)].join('/');
}

/** The key of a name in `folder`, `undefined` for any other name. */
export function keyOfZipName(folder: string, name: string): string | undefined {
  if (!name.startsWith(`${folder}/`)) return undefined;
  const key = name
    .slice(folder.length + 1)
    .split('/')
    .map((segment) => (segment === '%' ? '' : segment.replace(/%([0-9A-F]{2})/g, character)))
    .join('/');
  return zipName(folder, key) === name ? key : undefined;
}

/** A lone `%` is an empty segment: folders have none. */
function zipSegment(segment: string): string {
  if (segment === '') return '%';
  // Dots and blanks are replaced at the end alone, where Windows would drop them; `..` ends in one.
  return segment.replace(ESCAPED, (found) => `%${hex(found)}`);
}

function hex(found: string): string {
  return found.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
}

function character(_: string, code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16));
}
