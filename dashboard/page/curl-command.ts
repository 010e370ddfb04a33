/** Where the admin key goes in a command that can't know it. */
export const YOUR_KEY = 'YOUR-ADMIN-KEY';

/**
 * A question to the API as a command for a shell. On the machine that keeps its key in a file it works as it is; else
 * YOUR_KEY stands where the key goes: the key itself never leaves the tab.
 */
export function curlCommand(question: string, keyFile: string | undefined): string {
  const key = keyFile === undefined ? YOUR_KEY : `$(cat ${quoted(keyFile)})`;
  return `curl -H "x-api-key: ${key}" ${quoted(question)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
