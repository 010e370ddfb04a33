import type { Counter } from './counters.ts';
import { percentile } from './histogram.ts';
import { estimatedRequests } from './sampling.ts';
import { estimateSketch } from './sketch.ts';
import type { Kind } from './summary-builder.ts';
import { countVisitorsByKey, type Totals } from './totals.ts';

export type Unit = 'requests' | 'visitors' | 'count' | 'percent' | 'bytes' | 'milliseconds';

export interface MeasureDefinition {
  readonly name: string;
  readonly unit: Unit;
  /** One sentence, shown as it is: in the API documentation, in tooltips. */
  readonly definition: string;
  /** Fields of the source without which the measure is null; see FIELDS of `logs`. */
  readonly needs: readonly string[];
  readonly derive: (totals: Totals, kind: Kind) => number | null;
}

/** Every number of a roll-up: its name, unit, meaning, and how it comes from what adds up. Source: `measures.md`. */
export const MEASURES = [
  {
    name: 'total_requests',
    unit: 'requests',
    definition: 'Every request that the settings do not exclude; of applications, every event with a method.',
    needs: [],
    derive: ({ counters }) => counters.total_requests,
  },
  {
    name: 'sampling',
    unit: 'percent',
    definition:
      'Part of the requests that real-time logs were set to hold, where it is less than all; every count is of these alone.',
    needs: ['sampling'],
    derive: ({ counters }) => {
      const estimated = estimatedRequests(counters);
      return estimated === null ? null : (counters.total_requests / estimated) * 100;
    },
  },
  {
    name: 'estimated_total_requests',
    unit: 'requests',
    definition: 'How many requests there were, estimated from the sampling of real-time logs.',
    needs: ['sampling'],
    derive: ({ counters }) => estimatedRequests(counters),
  },
  {
    name: 'page_views',
    unit: 'requests',
    definition:
      'GET requests with status 200 or 304, outside the API, for HTML (by content type, else by the form of the path), unless a page rule says otherwise; of applications, events `page_view`.',
    needs: ['method', 'path', 'status'],
    derive: (totals) => counted(totals, 'page_views', 'unmeasured_pages'),
  },
  {
    name: 'api_calls',
    unit: 'requests',
    definition:
      'Requests for paths under an API prefix, with any method but OPTIONS; of applications, events `api_call`.',
    needs: ['method', 'path'],
    derive: (totals) => counted(totals, 'api_calls', 'unmeasured_api'),
  },
  {
    name: 'file_uploads',
    unit: 'requests',
    definition:
      'Requests that match an upload rule, with status 200 to 299; of applications, events `file_upload` and completed uploads of transfers.',
    needs: ['method', 'path', 'status'],
    derive: (totals) => counted(totals, 'file_uploads', 'unmeasured_pages'),
  },
  {
    name: 'file_downloads',
    unit: 'requests',
    definition:
      'Requests that match a download rule, with status 200, or 206 where the range starts at the first byte; of applications, events `file_download` and completed downloads of transfers.',
    needs: ['method', 'path', 'status'],
    derive: (totals) => counted(totals, 'file_downloads', 'unmeasured_pages'),
  },
  {
    name: 'token_uses',
    unit: 'count',
    definition:
      'Accepted uses of invitation tokens, as the application reports them; logs do not measure it.',
    needs: ['events'],
    derive: (totals, kind) =>
      kind === 'application' ? counted(totals, 'token_uses', 'unmeasured_tokens') : null,
  },
  {
    name: 'error_count',
    unit: 'requests',
    definition: 'Requests answered with a status of 400 to 599; of applications, events that have one.',
    needs: ['status'],
    derive: (totals) => counted(totals, 'error_count', 'unmeasured_status'),
  },
  {
    name: 'cache_hit_rate',
    unit: 'percent',
    definition:
      'Hits among cacheable requests (GET, HEAD and OPTIONS that were a hit or a miss), as CloudWatch defines it.',
    needs: ['method', 'result'],
    derive: ({ counters }, kind) =>
      kind === 'application' || counters.cacheable_requests === 0
        ? null
        : (counters.cache_hits / counters.cacheable_requests) * 100,
  },
  {
    name: 'total_bytes',
    unit: 'bytes',
    definition: 'Bytes sent to viewers, headers included; of applications, the bytes that events report.',
    needs: ['bytes'],
    derive: (totals) => counted(totals, 'total_bytes', 'unmeasured_bytes'),
  },
  {
    name: 'avg_time_taken',
    unit: 'milliseconds',
    definition:
      'Average time from the request to the last byte of the answer; of applications, the duration of events.',
    needs: ['time_taken'],
    derive: ({ counters }) => average(counters.time_taken_sum, counters.time_taken_count),
  },
  {
    name: 'p50_time_taken',
    unit: 'milliseconds',
    definition: 'Half of the requests took at most this long; less than 0.8 % off.',
    needs: ['time_taken'],
    derive: ({ time_taken }) => percentile(time_taken, 0.5),
  },
  {
    name: 'p95_time_taken',
    unit: 'milliseconds',
    definition: '95 % of the requests took at most this long; less than 0.8 % off.',
    needs: ['time_taken'],
    derive: ({ time_taken }) => percentile(time_taken, 0.95),
  },
  {
    name: 'p99_time_taken',
    unit: 'milliseconds',
    definition: '99 % of the requests took at most this long; less than 0.8 % off.',
    needs: ['time_taken'],
    derive: ({ time_taken }) => percentile(time_taken, 0.99),
  },
  {
    name: 'avg_ttfb',
    unit: 'milliseconds',
    definition: 'Average time from the request to the first byte of the answer.',
    needs: ['time_to_first_byte'],
    derive: ({ counters }) => average(counters.ttfb_sum, counters.ttfb_count),
  },
  {
    name: 'p50_ttfb',
    unit: 'milliseconds',
    definition: 'Half of the answers began within this time; less than 0.8 % off.',
    needs: ['time_to_first_byte'],
    derive: ({ ttfb }) => percentile(ttfb, 0.5),
  },
  {
    name: 'p95_ttfb',
    unit: 'milliseconds',
    definition: '95 % of the answers began within this time; less than 0.8 % off.',
    needs: ['time_to_first_byte'],
    derive: ({ ttfb }) => percentile(ttfb, 0.95),
  },
  {
    name: 'p99_ttfb',
    unit: 'milliseconds',
    definition: '99 % of the answers began within this time; less than 0.8 % off.',
    needs: ['time_to_first_byte'],
    derive: ({ ttfb }) => percentile(ttfb, 0.99),
  },
  {
    name: 'unique_visitors',
    unit: 'visitors',
    definition:
      'Different addresses, counted by hashes whose key is destroyed with its day; up to a day, exact to 1,000, then with a standard error of 0.81 %; not for a sample of the requests.',
    needs: ['address'],
    derive: (totals) =>
      totals.visitor_days || totals.counters.sampled_requests > 0
        ? null
        : orNull(totals, 'visitors_unmeasured_requests', countVisitorsByKey(totals.visitors)),
  },
  {
    name: 'visitor_days',
    unit: 'visitors',
    definition:
      'The unique visitors of each day added up, for times longer than a day: who comes on two days counts twice.',
    needs: ['address'],
    derive: (totals) =>
      totals.visitor_days && totals.counters.sampled_requests === 0
        ? orNull(totals, 'visitors_unmeasured_requests', totals.visitor_days.days)
        : null,
  },
  {
    name: 'unique_paths',
    unit: 'count',
    definition: 'Different paths; exact to 1,000 and in half-hours, else with a standard error of 1.6 %.',
    needs: ['path'],
    derive: (totals) =>
      orNull(totals, 'unmeasured_paths', totals.exact?.paths.size ?? estimateSketch(totals.paths)),
  },
  {
    name: 'unique_agents',
    unit: 'count',
    definition:
      'Different combinations of browser, major version, system and agent; exact to 1,000 and in half-hours, else with a standard error of 1.6 %.',
    needs: ['agent'],
    derive: (totals) =>
      orNull(
        totals,
        'classes_unmeasured_requests',
        totals.exact?.agents.size ?? estimateSketch(totals.agents),
      ),
  },
  {
    name: 'unique_edges',
    unit: 'count',
    definition: 'Different CloudFront edge locations.',
    needs: ['edge'],
    derive: (totals) => orNull(totals, 'unmeasured_edges', totals.edges.size),
  },
  {
    name: 'visitors_unmeasured_requests',
    unit: 'requests',
    definition: 'Requests (of applications: events) without an address: their visitors are not counted.',
    needs: [],
    derive: ({ counters }) => counters.visitors_unmeasured_requests,
  },
  {
    name: 'classes_unmeasured_requests',
    unit: 'requests',
    definition:
      'Requests from a source without an agent column (of applications: events without an agent): they count as human because nothing says otherwise.',
    needs: [],
    derive: ({ counters }) => counters.classes_unmeasured_requests,
  },
  {
    name: 'excluded_requests',
    unit: 'requests',
    definition:
      'Requests that the settings exclude (own traffic); they are in no other number and have no class.',
    needs: [],
    derive: ({ excluded_requests }) => excluded_requests,
  },
] as const satisfies readonly MeasureDefinition[];

export type MeasureName = (typeof MEASURES)[number]['name'];

/** `other`: `000` (the viewer left before any response) and 1xx. */
export const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx', 'other'] as const;
export type StatusBreakdown = Readonly<Record<(typeof STATUS_CLASSES)[number], number>>;

/** The scalars of a class. Null: not measured. */
export type Measures = Readonly<Record<MeasureName, number | null>> & {
  readonly status_breakdown: StatusBreakdown | null;
  /** `upper`: several keys were in use, some visitors may be counted twice. */
  readonly visitors_bound: 'exact' | 'upper';
};

/** Derives all measures. */
export function measure(totals: Totals, kind: Kind): Measures {
  const upper = totals.visitor_days ? totals.visitor_days.upper : totals.visitors.size > 1;
  return {
    ...(Object.fromEntries(MEASURES.map(({ name, derive }) => [name, derive(totals, kind)])) as Numbers),
    status_breakdown: orNull(totals, 'unmeasured_status', breakdown(totals)),
    visitors_bound: upper ? 'upper' : 'exact',
  };
}

/** The measures of a time of which nothing is known: null, never 0. */
export function unknownMeasures(): Measures {
  return {
    ...(Object.fromEntries(MEASURES.map(({ name }) => [name, null])) as Numbers),
    status_breakdown: null,
    visitors_bound: 'exact',
  };
}

type Numbers = Record<MeasureName, number | null>;

function breakdown({ counters }: Totals): StatusBreakdown {
  return {
    '2xx': counters.status_2xx,
    '3xx': counters.status_3xx,
    '4xx': counters.status_4xx,
    '5xx': counters.status_5xx,
    other: counters.status_other,
  };
}

function counted(totals: Totals, name: Counter, unmeasured: Counter): number | null {
  return orNull(totals, unmeasured, totals.counters[name]);
}

// Not measured is what no request measured (of an application: no event); none at all are measured, as 0.
function orNull<T>({ counters }: Totals, unmeasured: Counter, value: T): T | null {
  const all = counters.events || counters.total_requests;
  return all > 0 && counters[unmeasured] === all ? null : value;
}

function average(sum: number, count: number): number | null {
  return count === 0 ? null : sum / count;
}
