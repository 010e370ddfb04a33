import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** The package that the handlers load, as it is named in `layer/package.json`. */
export const LAYER_PACKAGE = '@sgraph-backbone/layer';

/**
 * Builds the layer into a folder, as Lambda lays it below `/opt`: one file for each room, and below `steps/` one for
 * each step. Rooms stay external to each other and to the steps, so that each exists once and `instanceof` holds
 * across them. It is CJS, because `NODE_PATH` and `/opt` are resolved by `require` alone.
 */
export function buildLayer(folder: string): void {
  const rooms = foldersIn('layer', 'index.ts');
  const steps = foldersIn('lambdas', 'index.ts');
  const home = join(folder, 'nodejs', 'node_modules', ...LAYER_PACKAGE.split('/'));
  mkdirSync(home, { recursive: true });
  buildSync({
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    // Names of error classes are part of what callers see.
    keepNames: true,
    external: [`${LAYER_PACKAGE}/*`],
    logLevel: 'error',
    entryPoints: Object.fromEntries([
      ...rooms.map((room) => [room, join('layer', room, 'index.ts')]),
      ...steps.map((step) => [`steps/${step}`, join('lambdas', step, 'index.ts')]),
    ]),
    outdir: home,
  });
  const doors = [...rooms, ...steps.map((step) => `steps/${step}`)];
  const exports = Object.fromEntries(doors.map((door) => [`./${door}`, `./${door}.js`]));
  writeFileSync(join(home, 'package.json'), `${JSON.stringify({ name: LAYER_PACKAGE, exports }, null, 2)}\n`);
}

/** Folders with a door: what has none is part of others. */
function foldersIn(folder: string, door: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map(({ name }) => name)
    .filter((name) => readdirSync(join(folder, name)).includes(door))
    .sort();
}
