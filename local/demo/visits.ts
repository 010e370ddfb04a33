import type { Asked, Visitor } from './asked.ts';
import { HEX, type Random } from './random.ts';
import { weighted } from './sampler.ts';
import { assets, call, drawLocale, drawPage, ORIGIN, page } from './site.ts';
import type { Told } from './told.ts';

/** A request before it has an answer's details: who asks for what, and when (epoch ms). */
export interface Wish {
  readonly at: number;
  readonly visitor: Visitor;
  readonly asked: Asked;
}

/** A person at the site: a returning one has its assets in the browser's cache. */
export interface Guest {
  readonly visitor: Visitor;
  readonly knowsSite: boolean;
}

export interface Transfer {
  readonly id: string;
  /** When the link was sent out. */
  readonly at: number;
  readonly bytes: number;
}

const PART = 8 << 20;

/** Somebody looks around: where from, a page with all that belongs to it, and a few more. */
export function browse(random: Random, guest: Guest, start: number): Wish[] {
  const visit = createVisit(random, guest, start);
  const locale = drawLocale(random, guest.visitor.country);
  const [referrer, query] = drawArrival(random);
  visit.open(drawPage(random, locale), referrer, query);
  while (random.chance(0.5))
    visit.open(random.chance(0.25) ? '/send/' : drawPage(random, locale), visit.here());
  return visit.wishes;
}

/** Somebody sends a file; its link goes out when the upload is complete. */
export function send(random: Random, guest: Guest, start: number): { wishes: Wish[]; transfer: Transfer } {
  const visit = createVisit(random, guest, start);
  const [id, bytes] = [random.text(HEX, 12), Math.round(random.logNormal(12e6, 1.5))];
  visit.open('/', guest.knowsSite ? '' : drawArrival(random)[0]);
  const token = random.chance(0.3) ? drawToken(random) : undefined;
  visit.open('/send/', visit.here(), token === undefined ? '' : `token=${token}`);
  visit.ask(call(random, 'POST', '/api/transfers', visit.here()), 20_000, [
    { transfer: id, event: 'created' },
  ]);
  for (let part = 0; part <= Math.min(9, bytes / PART); part++) {
    const started: Told[] = part === 0 ? [{ transfer: id, event: 'upload_started' }] : [];
    visit.ask(call(random, 'PUT', `/transfers/upload/${id}`, visit.here(), `part=${part}`), 6_000, started);
  }
  const complete: Told[] = [{ transfer: id, event: 'upload_completed', bytes }];
  if (token !== undefined) complete.push({ token, action: 'upload_completed', transfer: id });
  visit.ask(call(random, 'POST', `/transfers/complete/${id}`, visit.here()), 2_000, complete);
  return { wishes: visit.wishes, transfer: { id, bytes, at: visit.now() } };
}

/** Somebody opens a link, and usually takes the file: in one piece, or in ranges as download managers do. */
export function receive(random: Random, guest: Guest, { id, bytes }: Transfer, start: number): Wish[] {
  const visit = createVisit(random, guest, start);
  const [referrer, campaign] = drawLinkOrigin(random);
  visit.open(`/d/${id}`, referrer, campaign);
  visit.ask(call(random, 'GET', `/api/transfers/${id}`, visit.here()), 400, [
    { transfer: id, event: 'viewed' },
  ]);
  if (random.chance(0.2)) return visit.wishes;
  const parts = bytes > PART && random.chance(0.4) ? ranges(bytes) : [undefined];
  for (const [index, range] of parts.entries()) {
    const tells: Told[] = [];
    if (index === 0) tells.push({ transfer: id, event: 'download_started' });
    if (index === parts.length - 1) tells.push({ transfer: id, event: 'download_completed', bytes });
    visit.ask(download(id, bytes, visit.here(), range), 5_000, tells);
  }
  return visit.wishes;
}

/** A link that is over, mistyped or withdrawn. */
export function missed(random: Random, guest: Guest, start: number): Wish[] {
  const visit = createVisit(random, guest, start);
  const [path, status] = drawDeadEnd(random);
  visit.ask({ ...page(path === '/d/' ? `/d/${random.text(HEX, 12)}` : path), status, medianBytes: 2_100 }, 0);
  return visit.wishes;
}

function createVisit(random: Random, { visitor, knowsSite }: Guest, start: number) {
  const wishes: Wish[] = [];
  let [at, here, cached] = [start, '', knowsSite];
  const ask = (asked: Asked, meanPause: number, tells?: readonly Told[]) => {
    at += Math.ceil(random.exponential(meanPause));
    wishes.push({ at, visitor, asked: { ...asked, tells } });
  };
  const open = (path: string, referrer: string, query = '') => {
    const known = cached && random.chance(0.15);
    ask(
      { ...page(path, referrer, query), ...(known ? { status: '304' } : {}) },
      wishes.length > 0 ? 35_000 : 0,
      openedWith(query),
    );
    here = ORIGIN + path;
    for (const asset of assets(random, here, cached)) ask(asset, 60);
    if (!cached)
      ask(call(random, 'GET', '/api/config', here, `locale=${visitor.country.toLowerCase()}`), 300);
    cached = true;
  };
  return { wishes, ask, open, here: () => here, now: () => at };
}

/** The page reports the invitation that its address carries. */
function openedWith(query: string): Told[] {
  const token = new URLSearchParams(query).get('token');
  return token === null ? [] : [{ token, action: 'page_opened' }];
}

function download(id: string, bytes: number, referrer: string, range?: readonly [number, number]): Asked {
  const answer = { contentType: 'application/octet-stream', cacheable: true, medianBytes: bytes };
  const asked = { method: 'GET', path: `/transfers/download/${id}`, query: '', referrer, ...answer };
  return range ? { ...asked, status: '206', range } : { ...asked, status: '200' };
}

function ranges(bytes: number): (readonly [number, number])[] {
  const count = Math.min(12, Math.ceil(bytes / PART));
  return Array.from(
    { length: count },
    (_, part) => [part * PART, Math.min(bytes, (part + 1) * PART) - 1] as const,
  );
}

/** Where visitors come from (referrer) and which campaign brought them (query). */
const drawArrival = weighted<readonly [string, string]>([
  [['', ''], 30],
  [['https://www.google.com/', ''], 24],
  [['https://duckduckgo.com/', ''], 5],
  [['https://www.bing.com/', ''], 5],
  [['https://news.ycombinator.com/item?id=46123456', ''], 5],
  [['https://www.reddit.com/r/selfhosted/comments/1abcde/', ''], 4],
  [['https://github.com/', ''], 4],
  [['https://www.linkedin.com/', 'utm_source=linkedin&utm_medium=social&utm_campaign=launch'], 7],
  [['https://t.co/9aBcDeFgHi', 'utm_source=x&utm_medium=social&utm_campaign=launch'], 4],
  [['', 'utm_source=newsletter&utm_medium=email&utm_campaign=november'], 6],
  [['', 'token=community-x'], 6],
  [['', 'token=press-preview&utm_source=invite'], 2],
  [['https://www.facebook.com/', 'fbclid=IwAR3demoDEMOdemo'], 2],
]);

const drawLinkOrigin = weighted<readonly [string, string]>([
  [['', ''], 60],
  [['https://mail.google.com/', ''], 16],
  [['https://app.slack.com/', ''], 9],
  [['https://teams.microsoft.com/', ''], 6],
  [['https://outlook.live.com/', ''], 5],
  [['', 'utm_source=transfer-mail&utm_medium=email'], 10],
]);

const drawToken = weighted([
  ['community-x', 6],
  ['press-preview', 2],
  ['friends-of-ana', 1],
  ['beta-testers', 1],
  ['launch-week', 1],
]);

const drawDeadEnd = weighted<readonly [string, string]>([
  [['/d/', '410'], 6],
  [['/d/', '404'], 3],
  [['/en-gb/blog/', '404'], 2],
  [['/apple-touch-icon.png', '404'], 2],
  [['/en-gb/admin/', '403'], 1],
]);
