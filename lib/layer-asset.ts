import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildSync } from 'esbuild';

/** The package that the handlers load, as it is named in `layer/package.json`. */
export const LAYER_PACKAGE = '@sgraph-backbone/layer';

/**
 * Packages that are files of their own in the layer: those of the SDK are read by the first who needs them and not by
 * everybody who loads a room, and of zod there must be one. They are files of our package, because a package of the
 * SDK in a layer takes the place of the runtime's own.
 */
const APART: Readonly<Record<string, string>> = {
  '@aws-sdk/client-cost-explorer': 'lib/small-clients.ts',
  '@aws-sdk/client-s3': '@aws-sdk/client-s3',
  '@aws-sdk/client-secrets-manager': 'lib/small-clients.ts',
  '@aws-sdk/client-sqs': '@aws-sdk/client-sqs',
  zod: 'zod',
};

const SOURCES = [...new Set(Object.values(APART))];

const COUNTRIES = 'node_modules/@ip-location-db/geo-whois-asn-country';

/** CJS, because `NODE_PATH` and `/opt` are resolved by `require` alone. */
const BUNDLING = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  external: [`${LAYER_PACKAGE}/*`],
  logLevel: 'error',
} as const satisfies BuildOptions;

/**
 * Builds the layer into a folder, as Lambda lays it below `/opt`: one file for each room, and below `steps/` one for
 * each step. Rooms stay external to each other and to the steps, so that each exists once and `instanceof` holds
 * across them.
 */
export function buildLayer(folder: string): void {
  const rooms = foldersIn('layer', 'index.ts');
  const steps = foldersIn('lambdas', 'index.ts');
  const outdir = join(folder, 'nodejs', 'node_modules', ...LAYER_PACKAGE.split('/'));
  mkdirSync(outdir, { recursive: true });
  buildSync({
    ...BUNDLING,
    outdir,
    // Names of error classes are part of what callers see.
    keepNames: true,
    alias: Object.fromEntries(
      Object.entries(APART).map(([name, source]) => [name, `${LAYER_PACKAGE}/${fileOf(source)}`]),
    ),
    entryPoints: Object.fromEntries([
      ...rooms.map((room) => [room, join('layer', room, 'index.ts')]),
      ...steps.map((step) => [`steps/${step}`, join('lambdas', step, 'index.ts')]),
    ]),
  });
  buildSync({
    ...BUNDLING,
    outdir,
    // Their modules shake off what nobody asks for: a sixth less to read.
    mainFields: ['module', 'main'],
    entryPoints: Object.fromEntries(SOURCES.map((source) => [fileOf(source), source])),
  });
  copyCountryTable(join(folder, 'country-table'));
  const doors = [...rooms, ...steps.map((step) => `steps/${step}`), ...SOURCES.map(fileOf)];
  const exports = Object.fromEntries(doors.map((door) => [`./${door}`, `./${door}.js`]));
  writeFileSync(
    join(outdir, 'package.json'),
    `${JSON.stringify({ name: LAYER_PACKAGE, exports }, null, 2)}\n`,
  );
}

/** For logs that name no country. It is read by who meets one. */
function copyCountryTable(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ['ipv4', 'ipv6'])
    cpSync(join(COUNTRIES, `geo-whois-asn-country-${name}-num.csv`), join(folder, `${name}.csv`));
}

/** `apart/client-s3`. */
function fileOf(source: string): string {
  return `apart/${source.slice(source.lastIndexOf('/') + 1).replace(/\.ts$/, '')}`;
}

/** Folders with a door: what has none is part of others. */
function foldersIn(folder: string, door: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'node_modules')
    .map(({ name }) => name)
    .filter((name) => readdirSync(join(folder, name)).includes(door))
    .sort();
}
