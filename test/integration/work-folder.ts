import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from './folder.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const DAY = Date.parse('2026-02-16T00:00:00Z');

/** A folder to work in, with a folder of logs of 16 February 2026 and the days around it: 40 requests each. */
export function workFolder(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'logs'));
  for (let day = -1; day <= 1; day++) {
    const start = DAY + day * 86_400_000;
    const lines = linesBetween(40, start, start + 86_400_000, 10 + day);
    writeFileSync(join(folder, 'logs', `2026-02-${16 + day}.gz`), logFile(lines));
  }
  return folder;
}
