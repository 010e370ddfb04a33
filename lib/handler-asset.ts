import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { BUNDLING } from './layer-asset.ts';

/** Builds the handler of a step (its folder in `lambdas/`) into a folder, without the layer that it loads. */
export function buildHandler(step: string, folder: string): void {
  buildSync({
    ...BUNDLING,
    entryPoints: [join('lambdas', step, 'index.ts')],
    outfile: join(folder, 'index.js'),
  });
}
