import { compileGlob } from '@sgraph-backbone/layer/logs';
import { DIMENSIONS, type Dimension } from '@sgraph-backbone/layer/rollups';
import { schema as z } from '@sgraph-backbone/layer/runtime';

/** Dimensions of which log lines know nothing. */
type OfEvents = 'event_type' | 'token_rejected';
export type FilterDimension = Exclude<Dimension, OfEvents>;

/** One condition; several together are an "and". */
export interface Filter {
  readonly dimension: FilterDimension;
  /** `*` is any text. */
  readonly value: string;
  /** Whether a value of the dimension is meant; an absent one never is. */
  readonly matches: (text: string) => boolean;
}

const OF_EVENTS: ReadonlySet<Dimension> = new Set<Dimension>([
  'event_type',
  'token_rejected',
] satisfies OfEvents[]);

export const FILTER_DIMENSIONS = DIMENSIONS.filter(
  (dimension): dimension is FilterDimension => !OF_EVENTS.has(dimension),
);

const FORM = `<dimension>:<value>, \`*\` in the value is any text; dimensions: ${FILTER_DIMENSIONS.join(', ')}`;
const MOST = 10;

/** `filter=country:PT&filter=path:/download/*`. */
export const filterParameter = z
  .array(z.string())
  .max(MOST, { error: `at most ${MOST} filters` })
  .transform((texts, context) =>
    texts.flatMap((text) => {
      const filter = readFilter(text);
      if (filter === undefined) context.addIssue({ code: 'custom', message: FORM });
      return filter ?? [];
    }),
  )
  .optional()
  .meta({ description: `repeatable, all of them must match: ${FORM}` });

/** A filter from its text; undefined for anything else. */
export function readFilter(text: string): Filter | undefined {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(0, colon)).trim().replaceAll('-', '_');
  const value = text.slice(colon + 1);
  const dimension = FILTER_DIMENSIONS.find((known) => known === name);
  if (dimension === undefined || value === '') return undefined;
  return filterOf(dimension, value);
}

/** The condition that a dimension has this value. */
export function filterOf(dimension: FilterDimension, value: string): Filter {
  const glob = compileGlob(value);
  return { dimension, value, matches: (text) => text !== '' && glob(text) };
}

export function filterText({ dimension, value }: Filter): string {
  return `${dimension}:${value}`;
}
