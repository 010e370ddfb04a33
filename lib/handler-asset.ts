import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LAYER_PACKAGE } from './layer-asset.ts';

/**
 * Writes what is deployed of a step (its folder in `lambdas/`) into a folder: the name of the function's handler. What
 * it runs is in the layer with what steps share, once for all of them.
 */
export function buildHandler(step: string, folder: string): void {
  if (!existsSync(join('lambdas', step, 'index.ts')))
    throw new Error(`lambdas/${step}: there is no such step`);
  mkdirSync(folder, { recursive: true });
  const door = `${LAYER_PACKAGE}/steps/${step}`;
  writeFileSync(join(folder, 'index.js'), `exports.handler = require(${JSON.stringify(door)}).handler;\n`);
}
