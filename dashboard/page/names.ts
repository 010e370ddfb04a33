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

const RULES: Record<string, string> = { isbot: 'agent pattern', crawler: 'known crawler' };

// `crawler gptbot` reads as `gptbot, known crawler`; a probe's or a monitor's rule stands under its heading.
function ruleLabel(rule: string): Label {
  const [, kind = '', rest = rule] = /^(isbot|crawler|probe:|monitor:) (.+)$/.exec(rule) ?? [];
  const code = RULES[kind];
  return code === undefined ? { text: rest } : { text: rest, code };
}

export function countryName(code: string): string {
  return /^[A-Z]{2}$/.test(code) ? (REGIONS.of(code) ?? code) : code;
}

function edgeLabel(location: string): Label {
  const found = edgeCity(location);
  if (found === undefined) return { text: `unknown (${location})` };
  return { text: `${found.city}, ${countryName(found.country)}`, code: location };
}
