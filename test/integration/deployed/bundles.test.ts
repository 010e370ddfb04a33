import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { countryTable } from '../../../lambdas/environment/country-table.ts';
import { type BuiltAssets, buildAssets } from './built-assets.ts';

let assets: BuiltAssets;
beforeAll(() => {
  assets = buildAssets();
});
afterAll(() => assets.remove());

const STEPS = [
  'admin-api',
  'aggregate',
  'archive',
  'collect-costs',
  'consolidate',
  'corrections',
  'ingest',
  'record-events',
  'sweep',
];

/** Variables that a function must have to begin at all. */
const NEEDED = {
  BACKBONE_ADMIN_KEY: 'admin-key-of-a-test',
  BACKBONE_QUEUE_CORRECTIONS: 'http://127.0.0.1:9/queue',
  BACKBONE_STORE: 'memory:',
};

function bytesIn(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}

/** Runs a script in a process that has nothing but the layer on its path. */
function alone(folder: string, script: string): string {
  const env = { NODE_PATH: join(assets.layer, 'nodejs/node_modules'), ...NEEDED };
  return execFileSync(process.execPath, ['-e', script], { cwd: folder, env, encoding: 'utf8' });
}

describe('the bundles that are deployed', () => {
  test('are one per step, of at most 5 kB, beside a layer of at most 3 MB without the country table', () => {
    expect([...assets.steps].sort()).toEqual(STEPS);
    for (const step of assets.steps) expect(bytesIn(assets.taskOf(step))).toBeLessThanOrEqual(5_000);
    expect(bytesIn(join(assets.layer, 'nodejs'))).toBeLessThanOrEqual(3_000_000);
  });

  test.each(STEPS)('of %s loads with nothing but the layer, and has a handler', (step) => {
    const script =
      'const begun = performance.now(); const { handler } = require("./index.js");' +
      'console.log(JSON.stringify({ kind: typeof handler, ms: performance.now() - begun }))';
    const { kind, ms } = JSON.parse(alone(assets.taskOf(step), script)) as { kind: string; ms: number };
    expect(kind).toBe('function');
    // Printed, not asserted: it is the machine's as much as ours.
    console.info(`import of ${step} with the layer: ${Math.round(ms)} ms`);
  });

  test('hold each class once, so that an error of one room is known in another', () => {
    const script =
      'const at = (room) => require("@sgraph-backbone/layer/" + room);' +
      'at("drivers").openStore("nonsense:").catch((error) =>' +
      '  console.log(error instanceof at("store").BadStoreInput))';
    expect(alone(assets.taskOf('ingest'), script)).toBe('true\n');
  });

  test('know the country of an address by the table in the layer', () => {
    const country = countryTable(join(assets.layer, 'country-table'), readFileSync);
    expect(['194.65.0.1', '2001:8a0::1', '192.0.2.1'].map(country)).toEqual(['PT', 'PT', undefined]);
    const nowhere = countryTable(join(assets.layer, 'nowhere'), readFileSync);
    expect(nowhere('194.65.0.1')).toBeUndefined();
  });

  test('ship no package of the SDK: one in a layer would take the place of the runtime’s own', () => {
    expect(readdirSync(join(assets.layer, 'nodejs/node_modules'))).toEqual(['@sgraph-backbone']);
  });
});
