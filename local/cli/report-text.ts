/** The answers of the API that a report is made from; numbers are null where nothing was measured. */
export interface ReportAnswers {
  readonly summary: {
    readonly query: { readonly timezone: string; readonly class: string; readonly feeds: readonly string[] };
    readonly finality: {
      readonly status: string;
      readonly revision: number;
      readonly computed_at: number;
      readonly source_count: number;
      readonly gaps: readonly string[];
      readonly restated: { readonly reason: string } | null;
    };
    readonly data: Readonly<Record<string, unknown>>;
    readonly filtered: Readonly<Record<string, number>>;
  };
  /** The oldest and newest time key of the period that has requests. */
  readonly known: { readonly first: string; readonly last: string } | undefined;
  readonly top: Readonly<Record<string, { readonly data: { readonly entries: readonly Entry[] } }>>;
}

interface Entry {
  readonly value: string;
  readonly requests: number;
}

const NUMBERS: readonly (readonly [string, string, string])[] = [
  ['total_requests', 'Requests', ''],
  ['unique_visitors', 'Visitors', ''],
  ['visitor_days', 'Visitor days', ''],
  ['page_views', 'Page views', ''],
  ['api_calls', 'API calls', ''],
  ['file_uploads', 'Uploads', ''],
  ['file_downloads', 'Downloads', ''],
  ['error_count', 'Errors', ''],
  ['total_bytes', 'Bytes sent', ''],
  ['cache_hit_rate', 'Cache hit rate', ' %'],
  ['p50_time_taken', 'Median time', ' ms'],
  ['p95_time_taken', '95 % within', ' ms'],
];

/** The report as text for a terminal. */
export function reportText({ summary, top, known }: ReportAnswers): string {
  const { data, filtered } = summary;
  const numbers = NUMBERS.filter(([name]) => !isOther(name, data)).map(
    ([name, label, unit]) => `  ${label.padEnd(16)}${shown(data[name], unit).padStart(16)}`,
  );
  const left = Object.entries(filtered).filter(([, count]) => count > 0);
  const others = left.map(([name, count]) => `${count.toLocaleString('en')} ${name}`).join(', ');
  const lists = Object.entries(top).flatMap(([name, { data: list }]) => listText(name, list.entries));
  const filteredLine = others === '' ? [] : ['', `Not shown: ${others} requests`];
  const nothing = nothingText(summary, known);
  return [
    titleOf(summary),
    finalityOf(summary),
    ...nothing,
    '',
    ...numbers,
    ...filteredLine,
    ...lists,
    '',
  ].join('\n');
}

/** Where there is no request at all: whether there were any, and where there are some. */
function nothingText(
  { data, filtered, finality }: ReportAnswers['summary'],
  known: ReportAnswers['known'],
): string[] {
  const requests = [data.total_requests, ...Object.values(filtered)];
  if (requests.some((count) => typeof count === 'number' && count > 0)) return [];
  return ['', ...whyNothing(data, finality.source_count), whereData(known)];
}

/** Sources without a request in them: what they had is taken out again, or not counted. */
function whyNothing(data: Readonly<Record<string, unknown>>, sources: number): string[] {
  if (data.total_requests !== 0 || sources === 0) return [];
  const excluded = data.excluded_requests;
  return typeof excluded === 'number' && excluded > 0
    ? [`${excluded.toLocaleString('en')} requests are excluded by the settings.`]
    : ['What was counted here has been replaced or forgotten.'];
}

function whereData(known: ReportAnswers['known']): string {
  if (known === undefined) return 'No time has any requests.';
  const { first, last } = known;
  return first === last
    ? `There are requests in ${first} alone.`
    : `There are requests from ${first} to ${last}.`;
}

/** Up to a day there are unique visitors, beyond it visitor days: the other one is not shown. */
function isOther(name: string, data: Readonly<Record<string, unknown>>): boolean {
  const pair: Record<string, string> = { unique_visitors: 'visitor_days', visitor_days: 'unique_visitors' };
  const other = pair[name];
  if (other === undefined || data[name] !== null) return false;
  return data[other] !== null || name === 'visitor_days';
}

function titleOf({ query, data }: ReportAnswers['summary']): string {
  const window = data.time_key ? `${data.period} ${data.time_key}` : 'today';
  return `${window} (${query.timezone}), ${query.class} traffic of ${query.feeds.join(', ') || 'no feed'}`;
}

function finalityOf({ finality }: ReportAnswers['summary']): string {
  const { status, revision, source_count, gaps } = finality;
  const restated = revision > 1 ? `, restated: revision ${revision}${because(finality.restated)}` : '';
  const missing = gaps.length === 0 ? '' : `, nothing known of ${gaps.length} of its parts`;
  const computed = new Date(finality.computed_at).toISOString();
  return `${status}${restated}; from ${source_count} sources, computed ${computed}${missing}`;
}

function because(restated: { readonly reason: string } | null): string {
  return restated === null ? '' : ` (${restated.reason})`;
}

function listText(name: string, entries: readonly Entry[]): string[] {
  if (entries.length === 0) return [];
  const rows = entries.map(
    ({ value, requests }) => `  ${requests.toLocaleString('en').padStart(10)}  ${value}`,
  );
  return ['', name.replaceAll('_', ' '), ...rows];
}

function shown(value: unknown, unit: string): string {
  if (typeof value !== 'number') return 'not measured';
  return `${value.toLocaleString('en', { maximumFractionDigits: 1 })}${unit}`;
}
