import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { createCrew } from '../../local/import/crew.ts';
import { backbone, beginBackbone, importLine } from './command.ts';
import { temporaryFolder } from './folder.ts';
import { hashesIn, problemsIn, storeWithSecrets } from './importing.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const EVENING = Date.parse('2026-01-31T22:50:00Z');
const folder = temporaryFolder();
const logs = join(folder, 'logs');
const broken = join(logs, 'broken.gz');
const pathOf = (name: string) => join(folder, name);
const importInto = (name: string, ...options: string[]) => [
  'import',
  logs,
  '--store',
  `disk:${pathOf(name)}`,
  '--json',
  ...options,
];

let expected: Record<string, string>;
let counted: object;

// Several files that share windows, one of them twice, over the end of a month; and one that can't be unpacked.
beforeAll(async () => {
  mkdirSync(logs);
  for (let at = 0; at < 7; at++)
    writeFileSync(join(logs, `${at}.gz`), logFile(linesBetween(30, EVENING, EVENING + 7_200_000, at)));
  cpSync(join(logs, '3.gz'), join(logs, 'copy.gz'));
  writeFileSync(broken, logFile(linesBetween(30, EVENING, EVENING + 7_200_000, 9)).subarray(0, 200));
  const ended = await backbone(importInto('alone', '--workers', '1'));
  const { seconds: _, ...line } = importLine(ended);
  expect(line).toMatchObject({ objects: 9, ingested: 7, already_known: 1, refused: 1 });
  [counted, expected] = [line, await hashesIn(pathOf('alone'))];
});

describe('an import by several threads', () => {
  test.each([2, 8])('has the numbers and content hashes of one (%i threads)', async (workers) => {
    const name = await storeLike(`together-${workers}`);
    const ended = await backbone(importInto(name, '--workers', String(workers)));
    expect(ended).toMatchObject({ code: 2, stderr: '' });
    expect(importLine(ended)).toMatchObject(counted);
    await expectSame(name);
  });

  test('that is killed is completed by the next one, with nothing counted twice', async () => {
    const name = await storeLike('killed');
    const { child, ended } = beginBackbone(importInto(name, '--workers', '3'));
    const store = await openStore(`disk:${pathOf(name)}`);
    while (child.exitCode === null && !(await hasBatches(store.data))) await pause();
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    await store.close();
    expect((await backbone(importInto(name, '--workers', '2'))).code).toBe(2);
    await expectSame(name);
  });
});

test('a number of threads that is not one is refused with what is accepted', async () => {
  const { code, stderr } = await backbone(importInto('refused', '--workers', '9'));
  expect(code).toBe(2);
  expect(stderr).toContain('--workers is "9"; accepted: 1 to 8');
});

describe('a thread', () => {
  test('that fails says at which file', async () => {
    const crew = createCrew(1, { store: 'disk:/dev/null/store', readAs: {} });
    await expect(crew.ask({ kind: 'read', location: `file:${broken}` })).rejects.toThrow(
      `${broken}: ENOTDIR`,
    );
    await crew.close();
  });

  test('that ends while it reads a file says so, and what it had begun is completed later', async () => {
    const name = await storeLike('ended');
    const crew = createCrew(1, { store: `disk:${pathOf(name)}`, readAs: {} });
    const asked = crew.ask({ kind: 'read', location: `file:${join(logs, '0.gz')}` });
    const seen = expect(asked).rejects.toThrow('0.gz: the thread that worked on it ended');
    await crew.close();
    await seen;
    expect((await backbone(importInto(name, '--workers', '2'))).code).toBe(2);
    await expectSame(name);
  });
});

async function expectSame(name: string): Promise<void> {
  expect(await hashesIn(pathOf(name))).toEqual(expected);
  expect(await problemsIn(pathOf(name))).toEqual([]);
}

async function storeLike(name: string): Promise<string> {
  await storeWithSecrets(pathOf(name), pathOf('alone'));
  return name;
}

async function hasBatches(data: Awaited<ReturnType<typeof openStore>>['data']): Promise<boolean> {
  for await (const row of data.list('')) if ('key' in row && row.key.endsWith('.parquet')) return true;
  return false;
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}
