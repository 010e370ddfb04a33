import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { backbone, importLine } from './command.ts';
import { temporaryFolder } from './folder.ts';
import { openImporting, problemsOf, totalRequests } from './importing.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const MORNING = Date.parse('2026-02-16T08:00:00Z');
const isRoot = process.getuid?.() === 0;
// Nothing is forbidden to root: its tests run the command as somebody else.
const NOBODY = 65_534;
const uid = isRoot ? NOBODY : undefined;

function folderOfAnybody(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o755);
  return folder;
}

function storeOfNobody(): string {
  const folder = folderOfAnybody();
  if (isRoot) chownSync(folder, NOBODY, NOBODY);
  return `disk:${join(folder, 'store')}`;
}

describe('files and folders that may not be read', () => {
  test('are refused by name and reason, and the good ones beside them are counted', async () => {
    const logs = folderOfAnybody();
    mkdirSync(join(logs, 'locked'));
    for (const name of ['a.gz', 'b.gz', 'c.gz', 'locked/d.gz'])
      writeFileSync(
        join(logs, name),
        logFile(linesBetween(10, MORNING, MORNING + 3_600_000, name.charCodeAt(0))),
      );
    chmodSync(join(logs, 'b.gz'), 0);
    chmodSync(join(logs, 'locked'), 0);
    const store = storeOfNobody();
    const ended = await backbone(['import', logs, join(logs, 'locked', 'd.gz'), '--store', store, '--json'], {
      uid,
    });
    chmodSync(join(logs, 'locked'), 0o755);
    expect(ended.code).toBe(2);
    const line = importLine(ended);
    expect(line).toMatchObject({ objects: 5, ingested: 2, refused: 3, records: 20 });
    expect(line.refusals).toEqual([
      { file: join(logs, 'b.gz'), reason: expect.stringMatching(/can't be read: EACCES: permission denied/) },
      { file: join(logs, 'locked'), reason: expect.stringMatching(/a folder that can't be listed/) },
      {
        file: join(logs, 'locked/d.gz'),
        reason: expect.stringMatching(/can't be read: EACCES: permission denied/),
      },
    ]);
    const opened = await openStore(store);
    expect(await totalRequests(opened)).toBe(20);
    await opened.close();
  });
});

describe('a store that may not be written', () => {
  test.each(['import', 'report', 'verify', 'start'])(
    'ends %s with one line that says where, and no stack',
    async (command) => {
      const folder = folderOfAnybody();
      // What is only read must be there; the others would make it.
      if (['report', 'verify'].includes(command))
        mkdirSync(join(folder, 'store', 'data'), { recursive: true, mode: 0o555 });
      chmodSync(folder, 0o555);
      const log = join(folderOfAnybody(), 'a.gz');
      writeFileSync(log, logFile(linesBetween(1, MORNING, MORNING + 1, 1)));
      const words =
        command === 'import' ? [command, log] : command === 'start' ? [command, '--port', '0'] : [command];
      const ended = await backbone([...words, '--store', `disk:${join(folder, 'store')}`], { uid });
      expect(ended.code).toBe(1);
      expect(ended.stderr).toMatch(/^EACCES: permission denied, mkdir '[^\n]+store[^\n]*'\n$/);
    },
  );

  test('because a file has its name is refused in the same way', async () => {
    const file = join(temporaryFolder(), 'store');
    writeFileSync(file, 'a file');
    const ended = await backbone(['start', '--port', '0', '--store', `disk:${file}`]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^(ENOTDIR|EEXIST)[^\n]+\n$/);
  });
});

describe('a full disk', () => {
  const mounted: string[] = [];
  afterAll(() => {
    for (const folder of mounted) execFileSync('umount', [folder]);
  });

  /** A file system of this size, in kilobytes; undefined where none can be made. */
  function smallDisk(kilobytes: number): string | undefined {
    const folder = temporaryFolder();
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'tmpfs', folder], {
        stdio: 'ignore',
      });
    } catch {
      return undefined;
    }
    mounted.push(folder);
    return folder;
  }

  const disk =
    process.platform === 'linux' && isRoot && existsSync('/proc/mounts') ? smallDisk(200) : undefined;

  if (disk === undefined)
    test.skip('skipped: no small file system can be mounted here (root alone can)', () => undefined);
  else
    test('ends an import with one line, and a second one completes it when there is room', async () => {
      const logs = temporaryFolder();
      for (let at = 0; at < 8; at++)
        writeFileSync(join(logs, `${at}.gz`), logFile(linesBetween(100, MORNING, MORNING + 14_400_000, at)));
      const words = ['import', logs, '--store', `disk:${join(disk, 'store')}`, '--json'];
      const full = await backbone(words);
      expect(full.code).toBe(1);
      expect(full.stderr).toMatch(/^ENOSPC: no space left on device[^\n]*\n$/);
      expect(full.stdout).toBe('');
      execFileSync('mount', ['-o', 'remount,size=64m', disk]);
      const again = await backbone(words);
      expect(again.code).toBe(0);
      expect(importLine(again)).toMatchObject({ objects: 8, refused: 0 });
      const importing = await openImporting(await openStore(`disk:${join(disk, 'store')}`));
      expect(await totalRequests(importing.store)).toBe(800);
      expect(await problemsOf(importing)).toEqual([]);
      await importing.session.close();
    });
});
