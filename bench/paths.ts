import type { Asked } from '../local/demo/asked.ts';
import { BASE64URL, HEX, type Random } from '../local/demo/random.ts';
import { weighted, zipf } from '../local/demo/sampler.ts';

const LOCALES = ['en-gb', 'en-us', 'de-de', 'fr-fr', 'pt-pt', 'es-es', 'it-it', 'nl-nl', 'pl-pl', 'ja-jp'];
const SECTIONS = 'send receive pricing privacy security about help faq terms imprint status api'.split(' ');
const SITE = 'https://send.example.org';

/** The paths of a file-sharing site: pages, shared links with their ids, previews, assets, API calls. */
export function createPaths(random: Random, lines: number): (random: Random) => Asked {
  const ids = Array.from({ length: Math.max(50, Math.round(lines * 0.04)) }, () =>
    random.text(BASE64URL, 22),
  );
  const pages = [
    '/',
    ...LOCALES.flatMap((locale) => SECTIONS.map((section) => `/${locale}/${section}/`)),
    ...guides(),
  ];
  const assets = Array.from({ length: 180 }, (_, rank) => drawAsset(random, rank));
  const [idRank, pageRank, assetRank] = [zipf(ids.length, 1), zipf(pages.length, 1), zipf(assets.length, 1)];
  const id = (source: Random) => ids[idRank(source)]!;
  const page = (source: Random) => pages[pageRank(source)]!;
  const kinds = weighted<(source: Random) => Asked>([
    [(source) => html(source, page(source), drawCampaign(source)), 0.2],
    [(source) => html(source, `/d/${id(source)}`, drawInvitation(source)), 0.12],
    [(source) => asset(source, assets[assetRank(source)]!, SITE + page(source)), 0.38],
    [(source) => preview(source, id(source)), 0.08],
    [(source) => download(source, id(source)), 0.07],
    [(source) => api(source, 'POST', `/transfers/complete/${id(source)}`, ''), 0.02],
    [
      (source) => api(source, 'GET', `/api/transfers/${id(source)}/status`, `since=${source.integer(1e9)}`),
      0.08,
    ],
    [(source) => api(source, 'GET', '/api/config', `locale=${source.pick(LOCALES)}`), 0.03],
    [(source) => missing(source), 0.02],
  ]);
  return (source) => kinds(source)(source);
}

function guides(): string[] {
  return Array.from(
    { length: 3000 },
    (_, rank) => `/${LOCALES[rank % 10]}/guides/how-to-share-${rank.toString(36)}.html`,
  );
}

function drawAsset(random: Random, rank: number): string {
  const [folder, end] = [
    ['js', 'js'],
    ['css', 'css'],
    ['img', 'png'],
    ['img', 'svg'],
    ['fonts', 'woff2'],
  ][rank % 5]!;
  return `/assets/${folder}/chunk-${rank}.${random.text(HEX, 10)}.${end}`;
}

function html(random: Random, path: string, query: string): Asked {
  const answer = {
    referrer: drawReferrer(random),
    contentType: 'text/html; charset=utf-8',
    cacheable: true,
  };
  return { ...answer, method: 'GET', path, query, status: drawPageStatus(random), medianBytes: 11_000 };
}

function asset(random: Random, path: string, referrer: string): Asked {
  const contentType = CONTENT_TYPES[path.slice(path.lastIndexOf('.') + 1)]!;
  const answer = { referrer, contentType, cacheable: true, medianBytes: 18_000 };
  return { ...answer, method: 'GET', path, query: '', status: random.chance(0.09) ? '304' : '200' };
}

function preview(random: Random, id: string): Asked {
  const query = `w=${random.pick([160, 320, 640])}&dpr=${random.between(1, 3)}&fit=cover`;
  const answer = {
    referrer: `${SITE}/d/${id}`,
    contentType: 'image/webp',
    cacheable: true,
    medianBytes: 24_000,
  };
  return {
    ...answer,
    method: 'GET',
    path: `/previews/${id}/${random.between(1, 9)}.webp`,
    query,
    status: '200',
  };
}

function download(random: Random, id: string): Asked {
  const query = `name=${encodeURIComponent(random.pick(FILE_NAMES))}&part=${random.between(1, 4)}`;
  const answer = { referrer: `${SITE}/d/${id}`, contentType: 'application/octet-stream', cacheable: true };
  const whole = { ...answer, method: 'GET', path: `/transfers/download/${id}`, query, medianBytes: 900_000 };
  if (random.chance(0.75)) return { ...whole, status: '200' };
  const start = random.chance(0.5) ? random.integer(1 << 26) : 0;
  return { ...whole, status: '206', range: [start, start + Math.round(random.logNormal(900_000, 1.4))] };
}

function api(random: Random, method: string, path: string, query: string): Asked {
  const answer = { referrer: `${SITE}/en-gb/send/`, contentType: 'application/json', cacheable: false };
  return { ...answer, method, path, query, status: drawApiStatus(random), medianBytes: 600 };
}

function missing(random: Random): Asked {
  const path = random.pick([
    '/wp-login.php',
    '/.env',
    '/old/index.php',
    '/apple-touch-icon.png',
    '/.git/config',
  ]);
  const answer = { referrer: '', contentType: 'text/html', cacheable: true, medianBytes: 900 };
  return { ...answer, method: 'GET', path, query: '', status: '404' };
}

const CONTENT_TYPES: Record<string, string> = {
  js: 'application/javascript',
  css: 'text/css',
  png: 'image/png',
  svg: 'image/svg+xml',
  woff2: 'font/woff2',
};

const FILE_NAMES = [
  'Quarterly report (final).pdf',
  'Fotos März.zip',
  'mixdown_v3.wav',
  "Ana's slides.pptx",
  'dataset.csv',
];

const drawPageStatus = weighted([
  ['200', 0.9],
  ['304', 0.05],
  ['301', 0.025],
  ['404', 0.02],
  ['403', 0.003],
  ['503', 0.002],
]);

const drawApiStatus = weighted([
  ['200', 0.95],
  ['401', 0.02],
  ['429', 0.02],
  ['502', 0.01],
]);

const drawReferrer = weighted([
  ['', 0.41],
  ['https://www.google.com/', 0.2],
  [`${SITE}/`, 0.18],
  ['https://www.linkedin.com/', 0.05],
  ['https://t.co/', 0.04],
  ['https://news.ycombinator.com/item?id=41234567', 0.04],
  ['https://www.bing.com/search?q=share%20large%20files', 0.04],
  ['https://mail.example.net/u/0/#inbox', 0.04],
]);

const drawCampaign = weighted([
  ['', 0.87],
  ['utm_source=newsletter&utm_medium=email&utm_campaign=spring-2026', 0.06],
  ['utm_source=linkedin&utm_medium=social&utm_content=launch%20post', 0.04],
  ['fbclid=IwAR0x1y2z3-aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789', 0.03],
]);

const drawInvitation = weighted([
  ['', 0.6],
  ['token=community-x', 0.25],
  ['token=press-2026&utm_source=invite', 0.15],
]);
