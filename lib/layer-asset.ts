import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** The package that the handlers load, as it is named in `layer/package.json`. */
export const LAYER_PACKAGE = '@sgraph-backbone/layer';

/** Options that handlers and rooms share: CJS, because `NODE_PATH` and `/opt` are resolved by `require` alone. */
export const BUNDLING = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  // Names of error classes are part of what callers see.
  keepNames: true,
  external: [`${LAYER_PACKAGE}/*`],
  logLevel: 'error',
} as const;

/**
 * Builds the layer into a folder, as Lambda lays it below `/opt`: one file for each room. Rooms stay external to each
 * other, so that each exists once and `instanceof` holds across them.
 */
export function buildLayer(folder: string): void {
  const rooms = roomsOf('layer');
  const home = join(folder, 'nodejs', 'node_modules', ...LAYER_PACKAGE.split('/'));
  mkdirSync(home, { recursive: true });
  buildSync({
    ...BUNDLING,
    entryPoints: Object.fromEntries(rooms.map((room) => [room, join('layer', room, 'index.ts')])),
    outdir: home,
  });
  const exports = Object.fromEntries(rooms.map((room) => [`./${room}`, `./${room}.js`]));
  writeFileSync(join(home, 'package.json'), `${JSON.stringify({ name: LAYER_PACKAGE, exports }, null, 2)}\n`);
}

function roomsOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map(({ name }) => name)
    .sort();
}
