import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BadUsage } from './command.ts';

/**
 * Opens a text in the user's editor and takes what was saved. When `take` refuses it, the file stays where it is and
 * the refusal says where: nobody has to type a change twice. Throws BadUsage.
 */
export async function editText<T>(
  editor: string,
  text: string,
  take: (edited: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'backbone-settings-'));
  const file = join(folder, 'settings.json');
  await writeFile(file, text, { mode: 0o600 });
  await runEditor(editor, file);
  try {
    const taken = await take(await readFile(file, 'utf8'));
    await rm(folder, { recursive: true });
    return taken;
  } catch (error) {
    if (!(error instanceof BadUsage)) throw error;
    throw new BadUsage(`${error.message}\nNothing changed; your text is kept in ${file}`);
  }
}

/** Editors are commands with arguments (`code --wait`), so a shell reads them. */
function runEditor(editor: string, file: string): Promise<void> {
  const child = spawn('sh', ['-c', `${editor} "$1"`, 'sh', file], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new BadUsage(`${editor} ended with ${code}; nothing changed`)),
    );
  });
}
