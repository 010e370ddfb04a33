import { existsSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { timedRun } from '../../../bench/timed-run.ts';

const PROC = existsSync('/proc/self/status');

describe('a timed run', () => {
  test('tells how long a command took and what it printed', async () => {
    const run = await timedRun('sh', ['-c', 'sleep 0.2; echo done']);
    expect(run.output).toBe('done\n');
    expect(run.seconds).toBeGreaterThan(0.2);
    expect(run.seconds).toBeLessThan(10);
  });

  (PROC ? test : test.skip)('sees the peak memory of a process that the command started', async () => {
    const program = 'const kept = Buffer.alloc(150 << 20, 1); setTimeout(() => kept.at(0), 200)';
    const run = await timedRun('sh', ['-c', `"${process.execPath}" -e '${program}'; true`]);
    expect(run.peakMiB).toBeGreaterThan(150);
    expect(run.peakMiB).toBeLessThan(400);
  });

  (PROC ? test : test.skip)('counts the processor time of work, not of waiting', async () => {
    const work =
      'let used; do { const { user, system } = process.cpuUsage(); used = user + system; } while (used < 5e5)';
    const run = await timedRun('sh', ['-c', `"${process.execPath}" -e '${work}'; sleep 1`]);
    expect(run.cpuSeconds).toBeGreaterThan(0.35);
    expect(run.cpuSeconds).toBeLessThan(1);
  });

  test('fails with what a failing command said', async () => {
    await expect(timedRun('sh', ['-c', 'echo no room >&2; exit 3'])).rejects.toThrow('ended with 3: no room');
  });

  test('fails when there is no such command', async () => {
    await expect(timedRun('no-such-command-here', [])).rejects.toThrow('ENOENT');
  });
});
