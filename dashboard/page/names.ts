import { edgeCity } from './edge-cities.ts';
import { LOCALE } from './locale.ts';

const REGIONS = new Intl.DisplayNames([LOCALE, 'en'], { type: 'region', fallback: 'code' });

/** What stands in a table's first column: the value for people, and its code where that says more. */
export interface Label {
  readonly text: string;
  readonly code?: string;
  /** The value is a stand-in, not something a visitor sent. */
  readonly quiet?: boolean;
}

const EMPTY: Record<string, string> = {
  referrer_domain: 'direct or unknown',
  country: 'unknown country',
  content_type: 'no content type',
  host: 'no host',
  browser: 'no browser',
  operating_system: 'unknown system',
  device: 'unknown device',
  agent: 'browsers',
  edge_location: 'unknown place',
  utm_source: 'no source',
  utm_medium: 'no medium',
  utm_campaign: 'no campaign',
  token: 'no invitation',
  status_code: 'no status',
  result_type: 'unknown',
  method: 'unknown method',
  path: 'no path',
  rule: 'no rule',
};

const ANSWERS: Record<string, string> = {
  '000': 'viewer left before an answer',
  '200': 'OK',
  '204': 'No content',
  '206': 'Partial content',
  '301': 'Moved permanently',
  '302': 'Found',
  '304': 'Not modified',
  '400': 'Bad request',
  '401': 'Unauthorized',
  '403': 'Forbidden',
  '404': 'Not found',
  '405': 'Method not allowed',
  '410': 'Gone',
  '416': 'Range not satisfiable',
  '429': 'Too many requests',
  '500': 'Internal error',
  '502': 'Bad gateway',
  '503': 'Unavailable',
  '504': 'Gateway timeout',
};

/** How a dimension's value reads. */
export function labelOf(dimension: string, value: string): Label {
  if (value === '' || value === '-') return { text: EMPTY[dimension] ?? 'none', quiet: true };
  if (dimension === 'country') return { text: countryName(value), code: value };
  if (dimension === 'edge_location') return edgeLabel(value);
  if (dimension === 'rule') return ruleLabel(value);
  const answer = dimension === 'status_code' ? ANSWERS[value] : undefined;
  return answer === undefined ? { text: value } : { text: value, code: answer };
}

// `crawler gptbot` reads as `gptbot, known crawler`; a probe's or a monitor's rule stands under its heading.
function ruleLabel(rule: string): Label {
  const [, kind = '', rest = rule] = /^(isbot|crawler|probe:|monitor:) (.+)$/.exec(rule) ?? [];
  if (kind === 'crawler') return { text: rest, code: 'known crawler' };
  if (kind !== 'isbot') return { text: rest };
  const word = wordOf(rest);
  return word === '' ? { text: 'unusual agent', quiet: true } : { text: word, code: 'in the agent' };
}

/**
 * The word that a pattern looks for: `(?<! cu)bots?(?:\b|_)` reads as `bot`. Empty where it looks for a form, such as
 * a program's name alone, and not for a word.
 */
function wordOf(pattern: string): string {
  let rest = pattern.replace(/\[(?:\\.|[^\]\\])*\]/g, ' ');
  for (let before = ''; before !== rest; ) {
    before = rest;
    rest = rest.replace(/\(\?(?:\\.|[^()\\])*\)\??/g, ' ');
  }
  if (pattern.startsWith('^mozilla')) return '';
  const words = rest
    .replace(/\{[^}]*\}/g, '')
    .replace(/\w\?/g, '')
    .replaceAll('\\.', '.')
    .replace(/\\./g, ' ');
  const [word = ''] = /\.?[a-z0-9][a-z0-9. _-]*/.exec(words) ?? [];
  return word.length > 1 ? word.trim() : '';
}

export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (REGIONS.of(code) ?? code) : code;
}

function edgeLabel(location: string): Label {
  const found = edgeCity(location);
  if (found === undefined) return { text: `unknown (${location})` };
  return { text: `${found.city}, ${countryName(found.country)}`, code: location };
}
