import { FIELDS_33 } from './read.ts';

/**
 * A slow and obvious reading of lines with tabs: the values of standard logs that need no facts about browsers,
 * countries or secrets. It shares no code with the parser that it checks.
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
  quarantined: number[];
}

export function readReference(bytes: Uint8Array): Reference {
  const text = Buffer.from(bytes).toString('latin1');
  const lines = text.split('\n');
  const terminated = lines[lines.length - 1] === '';
  const reference: Reference = { rows: [], quarantined: [] };
  let names = FIELDS_33.split(' ');
  lines.forEach((raw, at) => {
    const line = raw.replace(/\r+$/, '');
    if (/^[ \t]*$/.test(line)) return;
    const header = /^#\s*Fields\s*:(.*)/is.exec(line)?.[1];
    if (header !== undefined) names = header.split(/\s+/).filter((name) => name !== '');
    if (line.startsWith('#')) return;
    const row = readLine(line, names, at === lines.length - 1 && !terminated);
    if (row) reference.rows.push(row);
    else reference.quarantined.push(at + 1);
  });
  return reference;
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

function readLine(line: string, names: string[], cutOff: boolean): ReferenceRow | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: bytes of the log
  if (/[^\u0000-\u007f]/.test(line)) return undefined;
  const values = line.split('\t');
  if (values.length === names.length + 1 && values[values.length - 1] === '') values.pop();
  const absent = (value: string | undefined) => value === undefined || value === '' || value === '-';
  if (values.length !== names.length) {
    const fits = Object.entries(FORMS).every(([name, form]) => {
      const value = values[names.indexOf(name)];
      return absent(value) || form.test(value!);
    });
    if (cutOff || !fits || values.length > names.length || values.length < names.length - 4) return undefined;
  }
  const value = (name: string) => {
    const found = values[names.indexOf(name)];
    return absent(found) ? undefined : found;
  };
  const timestamp = moment(value('date'), value('time'));
  if (timestamp === undefined) return undefined;
  const only = (text: string | undefined, form: RegExp) =>
    text === undefined ? '' : form.test(text) ? text : 'other';
  return {
    timestamp,
    sc_status:
      /^\d{1,3}$/.test(value('sc-status') ?? '') && Number(value('sc-status')) < 600
        ? Number(value('sc-status'))
        : -1,
    sc_bytes: /^\d{1,15}$/.test(value('sc-bytes') ?? '') ? Number(value('sc-bytes')) : -1,
    time_taken: milliseconds(value('time-taken')),
    cs_method: only(value('cs-method'), /^[A-Z]{1,16}$/),
    cs_uri_stem: value('cs-uri-stem') ?? '',
    x_edge_location: only(value('x-edge-location'), /^[A-Z]{3}\d{1,3}(-[A-Z]\d{1,2})?$/),
    x_edge_result_type: only(value('x-edge-result-type'), /^[A-Za-z]{1,40}$/),
    cs_host: value('x-host-header') ?? '',
  };
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
