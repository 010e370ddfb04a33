/**
 * A slow and obvious reading of lines and records: the values that need no facts about browsers, countries or
 * secrets. It shares no code with the parser that it checks.
 */
export interface ReferenceRow {
  timestamp: number;
  sc_status: number;
  sc_bytes: number;
  time_taken: number;
  cs_method: string;
  cs_uri_stem: string;
  x_edge_location: string;
  x_edge_result_type: string;
  cs_host: string;
}

export interface Reference {
  rows: ReferenceRow[];
  /** Numbers of lines, from 1. */
  quarantined: number[];
  /** Whether any line was one of a log: else the whole object is refused. */
  understood: boolean;
}

export interface ReferenceOptions {
  /** Of lines before the first header. */
  readonly names: readonly string[];
  /** Lines whose columns are what is configured, no more and no less. */
  readonly realtime?: boolean;
}

/** Lines with columns, by headers or by names that are given. */
export function readReference(bytes: Uint8Array, { names, realtime = false }: ReferenceOptions): Reference {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const terminated = lines[lines.length - 1] === '';
  const reference: Reference = { rows: [], quarantined: [], understood: !realtime };
  let fields = names;
  let delimiter: Delimiter | undefined;
  lines.forEach((raw, at) => {
    const line = raw.replace(/\r+$/, '');
    if (/^[ \t]*$/.test(line)) return;
    const header = /^#\s*Fields\s*:(.*)/is.exec(line)?.[1];
    if (header !== undefined) {
      const said = header.split(/\s+/).filter((name) => name !== '');
      if (said.join(' ') !== fields.join(' ')) delimiter = undefined;
      fields = said;
      reference.understood = true;
    }
    if (line.startsWith('#')) return;
    const cutOff = at === lines.length - 1 && !terminated;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of the log
    const ascii = /^[\u0000-\u007f]*$/.test(line);
    if (ascii && realtime && /^\d{10}\.\d{1,6}\t/.test(line)) reference.understood = true;
    const found = ascii ? columnsOf(line, fields, delimiter, { cutOff, realtime }) : undefined;
    if (found) {
      delimiter = found.delimiter;
      reference.understood = true;
    }
    const row = found && rowOf((name) => found.values[fields.indexOf(name)]);
    if (row) reference.rows.push(row);
    else reference.quarantined.push(at + 1);
  });
  return reference;
}

/**
 * A record whose members are fields, however their names are written. Undefined without a possible time, or where
 * no other member is one of a log of CloudFront.
 */
export function readRecord(record: Readonly<Record<string, unknown>>): ReferenceRow | undefined {
  const spelt = (name: string) =>
    name
      .toLowerCase()
      .match(/[a-z0-9]+/g)
      ?.join('_') ?? '';
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(record)) {
    const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
    if (!values.has(spelt(name))) values.set(spelt(name), text);
  }
  if (![...values.keys()].some((name) => /^(cs_.*|sc_.*|time_taken)$/.test(name))) return undefined;
  return rowOf((name) => values.get(spelt(name)));
}

type Delimiter = '\t' | ' ' | ',';

/** The columns of a line that fits; a tab anywhere makes it one of tabs. */
function columnsOf(
  line: string,
  names: readonly string[],
  before: Delimiter | undefined,
  { cutOff, realtime }: { readonly cutOff: boolean; readonly realtime: boolean },
): { values: string[]; delimiter: Delimiter } | undefined {
  const split = (by: Delimiter) =>
    by === ' ' ? line.split(/ +/).filter((part) => part !== '') : line.split(by);
  const exact = ([' ', ','] as const).find((by) => names.length > 1 && split(by).length === names.length);
  const delimiter = before === '\t' || line.includes('\t') ? '\t' : (exact ?? before ?? '\t');
  const values = split(delimiter);
  if (!realtime && values.length === names.length + 1 && values[values.length - 1] === '') values.pop();
  const missing = names.length - values.length;
  if (missing === 0) return { values, delimiter };
  const most = realtime ? 0 : lastOptional(names);
  const allowed = delimiter === '\t' && !cutOff && missing > 0 && missing <= most;
  return allowed && valuesFit(values, names) ? { values, delimiter } : undefined;
}

const OPTIONAL = ['sc-content-type', 'sc-content-len', 'sc-range-start', 'sc-range-end'];

function lastOptional(names: readonly string[]): number {
  const at = [...names].reverse().findIndex((name) => !OPTIONAL.includes(name));
  return at < 0 ? names.length : at;
}

const FORMS: Record<string, RegExp> = {
  'sc-status': /^\d{3}$/,
  'cs-protocol': /^(http|https|ws|wss|grpc|grpcs)$/,
  'x-edge-result-type': /^[A-Za-z]+$/,
  'x-edge-response-result-type': /^[A-Za-z]+$/,
  'x-edge-detailed-result-type': /^[A-Za-z]+$/,
  'c-port': /^\d{1,5}$/,
  'time-taken': /^\d+(\.\d+)?$/,
  'time-to-first-byte': /^\d+(\.\d+)?$/,
};

function valuesFit(values: readonly string[], names: readonly string[]): boolean {
  return Object.entries(FORMS).every(([name, form]) => {
    const value = values[names.indexOf(name)];
    return isAbsent(value) || form.test(value!);
  });
}

const isAbsent = (value: string | undefined) => value === undefined || value === '' || value === '-';

function rowOf(column: (name: string) => string | undefined): ReferenceRow | undefined {
  const value = (name: string) => (isAbsent(column(name)) ? undefined : column(name));
  const timestamp =
    instant(value('timestamp(ms)')) ?? instant(value('timestamp')) ?? moment(value('date'), value('time'));
  if (timestamp === undefined) return undefined;
  const only = (text: string | undefined, form: RegExp) =>
    text === undefined ? '' : form.test(decoded(text)) ? decoded(text) : 'other';
  const status = value('sc-status') ?? '';
  return {
    timestamp,
    sc_status: /^\d{1,3}$/.test(status) && Number(status) < 600 ? Number(status) : -1,
    sc_bytes: /^\d{1,15}$/.test(value('sc-bytes') ?? '') ? Number(value('sc-bytes')) : -1,
    time_taken: milliseconds(value('time-taken')),
    cs_method: only(value('cs-method'), /^[A-Z]{1,16}$/),
    cs_uri_stem: value('cs-uri-stem') ?? '',
    x_edge_location: only(value('x-edge-location'), /^[A-Z]{3}\d{1,3}(-[A-Z]\d{1,2})?$/),
    x_edge_result_type: only(value('x-edge-result-type'), /^[A-Za-z]{1,40}$/),
    cs_host: value('cs-host') ?? value('x-host-header') ?? '',
  };
}

function decoded(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Seconds with any decimals, or milliseconds where seconds would be the far future. */
function instant(text: string | undefined): number | undefined {
  const [, whole, decimals] = /^(\d{1,15})(?:\.(.*))?$/s.exec(text ?? '') ?? [];
  if (whole === undefined) return undefined;
  const isSeconds = Number(whole) < 1e11;
  if (isSeconds && !/^\d*$/.test(decimals ?? '')) return undefined;
  const value = isSeconds
    ? Number(whole) * 1000 + Number((decimals ?? '').slice(0, 3).padEnd(3, '0'))
    : Number(whole);
  return value >= Date.UTC(2000, 0, 1) && value < Date.UTC(2100, 0, 1) ? value : undefined;
}

function moment(date: string | undefined, time: string | undefined): number | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(date ?? '') || !/^\d\d:\d\d:\d\d$/.test(time ?? '')) return undefined;
  const leap = time!.endsWith(':60');
  const iso = `${date}T${leap ? time!.replace(/60$/, '59') : time}.${leap ? '999' : '000'}Z`;
  const parsed = Date.parse(iso);
  if (Number.isNaN(parsed) || new Date(parsed).toISOString().slice(0, 10) !== date || time!.startsWith('24'))
    return undefined;
  return date! >= '2000' && date! < '2100' ? parsed : undefined;
}

function milliseconds(text: string | undefined): number {
  if (!/^\d{1,12}(\.\d*)?$/.test(text ?? '')) return -1;
  const [whole, decimals = ''] = text!.split('.');
  const up = Number(decimals[3] ?? '0') > 4 ? 1 : 0;
  return Math.min(Number(whole) * 1000 + Number(decimals.slice(0, 3).padEnd(3, '0')) + up, 2 ** 31 - 1);
}
