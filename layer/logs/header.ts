import { LogRefused } from './refusal.ts';

/** Fields that only streaming (RTMP) logs have. */
const RTMP_FIELDS = ['x-event', 'x-cf-status', 'x-cf-client-id'];

/** Fields of IIS, whose logs have `#Fields` and some of the same names. */
const IIS_FIELDS = [
  's-ip',
  's-port',
  's-computername',
  's-sitename',
  'sc-substatus',
  'sc-win32-status',
  'cs-username',
];

const LONGEST_NAME = 80;

/** The names of a `#Fields:` line: separated by blanks or tabs, and AWS's own example has zero-width blanks. */
export function fieldNames(list: string): string[] {
  const names = list.split(/[\s\u200b\ufeff]+/).filter((name) => name !== '');
  if (names.some((name) => RTMP_FIELDS.includes(name)))
    throw new LogRefused('rtmp', 'This is a log of an RTMP streaming distribution (ended in 2020)');
  const foreign = names.filter((name) => IIS_FIELDS.includes(name)).length;
  // Real-time logs have one of these names, s-ip.
  if (foreign > 1)
    throw new LogRefused('not-cloudfront', 'This is a log of another web server, not of CloudFront');
  return names.map((name) => name.slice(0, LONGEST_NAME));
}

/** What a comment line says. */
export type Comment =
  | { readonly kind: 'fields'; readonly names: readonly string[]; readonly tabs: boolean }
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'other' };

export function readComment(text: string): Comment {
  const [, name, value] = /^#\s*(Fields|Version)\s*:(.*)$/is.exec(text) ?? [];
  if (!name || value === undefined) return { kind: 'other' };
  if (name.toLowerCase() === 'version') return { kind: 'version', version: value.trim() };
  return { kind: 'fields', names: fieldNames(value), tabs: value.trimEnd().includes('\t') };
}
