import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type OutputFile } from 'esbuild';

/** A file of the page, as a server sends it. */
export interface Asset {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

const HERE = import.meta.dirname;
const ENTRIES = { theme: 'page/theme.ts', main: 'page/main.tsx', style: 'style/style.css' };
const CONTENT_TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.html': 'text/html; charset=utf-8',
};

/**
 * Bundles the dashboard in memory: `/index.html` and what it names. Scripts and styles lie under `/assets/`
 * with their content's hash in the name, so they may be cached for ever and the page never.
 * Throws esbuild's BuildFailure when a source does not compile.
 */
export async function buildDashboard(): Promise<Map<string, Asset>> {
  const bundled = await bundle();
  const names = new Map(bundled.map((file) => [entryOf(file), `/assets/${basename(file.path)}`]));
  const page = await readFile(join(HERE, 'index.html'), 'utf8');
  const html = page.replace(/\{\{(.+?)\}\}/g, (_, entry: string) => names.get(entry) ?? missing(entry));
  const assets = new Map<string, Asset>([['/index.html', asset('.html', Buffer.from(html))]]);
  for (const file of bundled)
    assets.set(`/assets/${basename(file.path)}`, asset(extension(file.path), file.contents));
  return assets.set('/favicon.svg', asset('.svg', await readFile(join(HERE, 'favicon.svg'))));
}

async function bundle(): Promise<OutputFile[]> {
  const entryPoints = Object.entries(ENTRIES).map(([out, file]) => ({ in: join(HERE, file), out }));
  const result = await build({
    entryPoints,
    entryNames: '[name]-[hash]',
    outdir: '/assets',
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: ['es2023', 'chrome120', 'firefox121', 'safari17'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'silent',
  });
  return result.outputFiles;
}

function asset(suffix: string, bytes: Uint8Array): Asset {
  return { bytes, contentType: CONTENT_TYPES[suffix] ?? 'application/octet-stream' };
}

function entryOf(file: OutputFile): string {
  return basename(file.path).replace(/-[A-Z0-9]{8}\./, '.');
}

function extension(path: string): string {
  return path.slice(path.lastIndexOf('.'));
}

function missing(entry: string): never {
  throw new Error(`index.html names ${entry}, which is not built`);
}
