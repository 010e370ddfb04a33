import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLogReader, DEFAULT_RULES, readLog } from '@sgraph-backbone/layer/logs';
import { encodeSummary } from '@sgraph-backbone/layer/rollups';
import { type GeneratedLogs, generateLogs } from '../../../bench/generate.ts';
import { readPieces } from '../../../bench/log-pieces.ts';
import { createOpenWindows } from '../../../bench/open-windows.ts';
import { timedRun } from '../../../bench/timed-run.ts';
import { createWindowRows } from '../../../lambdas/ingest/window-rows.ts';

const LINES = 8_000;
let work: string;
let logs: GeneratedLogs;

beforeAll(async () => {
  work = await mkdtemp(path.join(tmpdir(), 'bench-measure-'));
  logs = await generateLogs({ lines: LINES, files: 4, seed: 'measure' }, work);
});
afterAll(() => rm(work, { recursive: true }));

async function sums(idleRows?: number): Promise<Record<string, unknown>> {
  const windows = createOpenWindows(idleRows);
  const windowRows = createWindowRows();
  const key = new Uint8Array(32);
  const options = {
    reader: createLogReader(),
    identity: key,
    rules: DEFAULT_RULES,
    now: Date.UTC(2026, 10, 21),
    dayOf: () => '2026-03-10',
    dayKey: async () => ({ id: 'key', key }),
    // Lines of a window that come late in the same block would be counted with it.
    limits: { blockRows: 10 },
  };
  await readLog(readPieces(logs.single), options, (block) => {
    for (const { window, rows, count } of windowRows(block)) windows.add(window, block, rows, count);
  });
  return Object.fromEntries(
    [...windows.finish()].map(([window, summary]) => [window, encodeSummary(summary)]),
  );
}

describe('parse and measure', () => {
  test.each([
    ['the files of a folder', () => logs.folder],
    ['a single file', () => logs.single],
  ])('counts every line of %s, in every half-hour of the day', async (_what, input) => {
    const program = path.join(import.meta.dirname, '../../../bench/measure.ts');
    const { output } = await timedRun(process.execPath, [program, input()]);
    expect(JSON.parse(output)).toEqual({ requests: LINES, windows: 48 });
  });

  test('comes to the same sums when quiet windows are closed early and opened again', async () => {
    // Below zero every window closes as soon as another one opens: late lines open it again.
    expect(await sums(-1)).toEqual(await sums());
  });
});
