import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildHandler } from '../../../lib/handler-asset.ts';
import { buildLayer } from '../../../lib/layer-asset.ts';

/** The assets as they are deployed, each in a folder of its own, away from the project. */
export interface BuiltAssets {
  readonly steps: readonly string[];
  /** As it is unpacked to `/opt`. */
  readonly layer: string;
  taskOf(step: string): string;
  remove(): void;
}

export function buildAssets(): BuiltAssets {
  const root = mkdtempSync(join(tmpdir(), 'backbone-assets-'));
  const layer = join(root, 'opt');
  const taskOf = (step: string) => join(root, 'task', step);
  const steps = readdirSync('lambdas').filter((step) =>
    readdirSync(join('lambdas', step)).includes('index.ts'),
  );
  buildLayer(layer);
  for (const step of steps) buildHandler(step, taskOf(step));
  return { steps, layer, taskOf, remove: () => rmSync(root, { recursive: true, force: true }) };
}
