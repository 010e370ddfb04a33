import { writeFileSync } from 'node:fs';
import { backbone } from './command.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

/** Address of a store with something in it: where there is nothing, a server makes a demo week at its start. */
export async function filledStore(folder: string): Promise<string> {
  const from = Date.parse('2026-02-16T08:00:00Z');
  const [file, store] = [`${folder}/some.log.gz`, `disk:${folder}/store`];
  writeFileSync(file, logFile(linesBetween(9, from, from + 1_000, 1)));
  const { code, stderr } = await backbone(['import', file, '--store', store], { cwd: folder });
  if (code !== 0) throw new Error(stderr);
  return store;
}
