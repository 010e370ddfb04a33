import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { ACKNOWLEDGEMENTS } from '../../lib/acknowledgements.ts';
import { EVERYTHING } from './synthesized.ts';

const run = spawnSync(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', 'test/synth/nag-findings.ts', JSON.stringify(EVERYTHING)],
  { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
);
const findings = JSON.parse(run.stdout || 'null') as [rule: string, path: string][];
const isBelow = (path: string, place: string) => path.startsWith(`${place}/`);

describe('findings of cdk-nag', () => {
  test('are all acknowledged, each by its rule at its place', () => {
    const open = findings.filter(
      ([rule, path]) =>
        !ACKNOWLEDGEMENTS.some((one) => one.rule === rule && one.at.some((place) => isBelow(path, place))),
    );
    expect(open).toEqual([]);
  });

  test('are there for every acknowledgement: none outlives its reason', () => {
    const idle = ACKNOWLEDGEMENTS.flatMap(({ rule, at }) =>
      at.filter((place) => !findings.some(([found, path]) => found === rule && isBelow(path, place))),
    );
    expect(idle).toEqual([]);
  });

  test('are lived with for a reason that is a sentence', () => {
    for (const { reason } of ACKNOWLEDGEMENTS) expect(reason).toMatch(/^[A-Z].{20,}\.$/);
  });
});
