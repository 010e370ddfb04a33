import type { Asked, Site } from './asked.ts';
import type { Random } from './random.ts';
import { weighted } from './sampler.ts';

/** The site of the demo: it shares files, and does not exist. */
export const DEMO_SITE: Site = {
  distribution: 'E2DEMO0SGRAPH0',
  domain: 'd2dem0sgraph00.cloudfront.net',
  host: 'send.example.org',
};

export const ORIGIN = `https://${DEMO_SITE.host}`;

const PAGES = weighted([
  ['', 30],
  ['pricing/', 14],
  ['how-it-works/', 12],
  ['security/', 9],
  ['privacy/', 8],
  ['about/', 6],
  ['help/', 8],
  ['help/large-files/', 5],
  ['help/links-that-expire/', 4],
  ['terms/', 2],
]);

const ASSETS: readonly (readonly [path: string, contentType: string, bytes: number])[] = [
  ['/assets/app.4f0c9e1a.css', 'text/css', 9_000],
  ['/assets/app.b81d77c2.js', 'application/javascript', 48_000],
  ['/assets/vendor.09ae5f31.js', 'application/javascript', 61_000],
  ['/assets/inter-latin.woff2', 'font/woff2', 24_000],
  ['/assets/logo.svg', 'image/svg+xml', 3_000],
  ['/assets/hero.webp', 'image/webp', 85_000],
  ['/favicon.ico', 'image/x-icon', 4_200],
];

/** A page of the site in the language of its visitor. */
export function drawPage(random: Random, locale: string): string {
  const page = PAGES(random);
  return page === '' && random.chance(0.6) ? '/' : `/${locale}/${page}`;
}

export function page(path: string, referrer = '', query = ''): Asked {
  const answer = {
    status: '200',
    contentType: 'text/html; charset=utf-8',
    cacheable: true,
    medianBytes: 7_500,
  };
  return { method: 'GET', path, query, referrer, ...answer };
}

/** What a browser loads with a page; one that knows the site asks for little, and hears that it is unchanged. */
export function assets(random: Random, referrer: string, knowsSite: boolean): Asked[] {
  const wanted = knowsSite ? ASSETS.filter(() => random.chance(0.25)) : ASSETS;
  return wanted.map(([path, contentType, medianBytes]) => {
    const status = knowsSite ? '304' : '200';
    return { method: 'GET', path, query: '', referrer, status, contentType, cacheable: true, medianBytes };
  });
}

/** An answer of the application: never cached, now and then refused. */
export function call(random: Random, method: string, path: string, referrer: string, query = ''): Asked {
  const answer = { contentType: 'application/json', cacheable: false, medianBytes: 480 };
  return { method, path, query, referrer, status: drawCallStatus(random), ...answer };
}

const drawCallStatus = weighted([
  ['200', 0.975],
  ['401', 0.008],
  ['404', 0.006],
  ['429', 0.008],
  ['500', 0.003],
]);

const LOCALES: Record<string, readonly string[]> = {
  GB: ['en-gb'],
  US: ['en-us'],
  DE: ['de-de', 'en-gb'],
  PT: ['pt-pt', 'en-gb'],
  BR: ['pt-br'],
  FR: ['fr-fr'],
  ES: ['es-es'],
  NL: ['nl-nl', 'en-gb'],
};

export function drawLocale(random: Random, country: string): string {
  return random.pick(LOCALES[country] ?? ['en-gb', 'en-us']);
}
