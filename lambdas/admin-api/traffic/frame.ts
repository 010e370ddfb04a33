import { CLASSES } from '@sgraph-backbone/layer/logs';
import type { Finality } from '@sgraph-backbone/layer/rollups';
import { schema as z } from '@sgraph-backbone/layer/runtime';
import { type ClassChoice, echo, type Question } from './question.ts';

const instant = z.int().meta({ description: 'epoch milliseconds' });

const query = z.looseObject({
  period: z.string().nullable(),
  key: z.string().nullable(),
  from: z.string(),
  to: z.string(),
  timezone: z.string(),
  feed: z.string(),
  feeds: z.array(z.string()),
  host: z.string().nullable(),
  class: z.string(),
  filter: z.array(z.string()),
});

const source = z
  .enum(['rollups', 'rows'])
  .meta({ description: 'rows: the raw rows were read, because no roll-up answers the filter' });

const expired = z
  .array(z.string())
  .meta({ description: 'days whose raw rows have expired, at least in part: they are missing here' });

export const settled = z.object({
  status: z.enum(['partial', 'final']),
  computed_at: instant,
  revision: z.int().meta({ description: 'counts restatements of final numbers' }),
  restated: z.object({ at: instant, reason: z.string(), difference: z.unknown() }).nullable(),
  source_count: z.int(),
  sources_final: z.int(),
  gaps: z.array(z.string()).meta({ description: 'time keys of which nothing is known' }),
  repeats_unchecked: z.literal(true).optional().meta({
    description: 'more than 1,000,000 events in a half-hour: one that came twice may count twice',
  }),
});

const filtered = z
  .record(z.string(), z.int())
  .meta({ description: 'requests of the classes that the class filter left out' });

/** The frame of every traffic answer around its data. */
export function framed<Data extends z.ZodType>(data: Data) {
  const next_cursor = z.string().nullable();
  return z.object({ query, finality: settled, source, expired, data, filtered, next_cursor });
}

/** A measure's value: null, when it was not measured. */
export const measured = z.nullable(z.number());

/** What an answer was read from. */
export interface Origin {
  readonly source: 'rollups' | 'rows';
  /** Days of which raw rows are missing. */
  readonly expired: readonly string[];
}

export const FROM_ROLLUPS: Origin = { source: 'rollups', expired: [] };

/** The parts of an answer. */
export interface Framed<Data> {
  readonly question: Question;
  /** Added to the question's echo. */
  readonly more?: Readonly<Record<string, unknown>>;
  readonly finality: Finality;
  readonly origin: Origin;
  readonly data: Data;
  /** Requests by class; null: not known. */
  readonly requests: (name: (typeof CLASSES)[number]) => number | null;
  readonly next_cursor?: string;
}

export function frame<Data>(parts: Framed<Data>) {
  const { question, more, finality, origin, data, requests, next_cursor } = parts;
  return {
    query: { ...echo(question), ...more },
    finality: told(finality),
    source: origin.source,
    expired: [...origin.expired],
    data,
    filtered: leftOut(question.class, requests),
    next_cursor: next_cursor ?? null,
  };
}

/** A finality as an answer holds it. */
export function told(finality: Finality) {
  return { ...finality, gaps: [...finality.gaps] };
}

function leftOut(choice: ClassChoice, requests: Framed<unknown>['requests']): Record<string, number> {
  const others = choice === 'all' ? [] : CLASSES.filter((name) => name !== choice);
  const counts = others.map((name) => [name, requests(name)] as const);
  return Object.fromEntries(
    counts.filter((count): count is [(typeof count)[0], number] => count[1] !== null),
  );
}
