import { BadReading, type CostReading, checkReading, daysBetween } from '@sgraph-backbone/layer/costs';
import { CollectionFailed } from './collection-failed.ts';
import type { AskCostExplorer } from './cost-explorer.ts';
import type { CostQuery } from './cost-queries.ts';
import { type DayAnswer, type DayRange, readAnswer } from './read-answer.ts';

/** Days as they were read. */
export interface ReadDays {
  readonly readings: readonly CostReading[];
  /** Why the others were not, in time order. */
  readonly failed: readonly { readonly date: string; readonly error: CollectionFailed }[];
}

/** Asks all queries about these days. A day that one of them does not answer, or not in numbers, fails alone. */
export async function readDays(
  ask: AskCostExplorer,
  queries: readonly CostQuery[],
  range: DayRange,
  about: Pick<CostReading, 'scope' | 'collected_at'>,
): Promise<ReadDays> {
  const answers = new Map<CostQuery['grouping'], ReadonlyMap<string, DayAnswer>>();
  for (const query of queries) answers.set(query.grouping, await readAnswer(ask, query, range));
  const readings: CostReading[] = [];
  const failed: { date: string; error: CollectionFailed }[] = [];
  for (const date of daysBetween(range.from, range.to)) {
    const reading = readingOf(date, answers, about);
    if (reading instanceof CollectionFailed) failed.push({ date, error: reading });
    else readings.push(reading);
  }
  return { readings, failed };
}

function readingOf(
  date: string,
  answers: ReadonlyMap<CostQuery['grouping'], ReadonlyMap<string, DayAnswer>>,
  about: Pick<CostReading, 'scope' | 'collected_at'>,
): CostReading | CollectionFailed {
  const parts = [...answers].map(([grouping, days]) => [grouping, days.get(date)] as const);
  const missing = parts.find(([, day]) => day === undefined);
  if (missing !== undefined)
    return new CollectionFailed(
      'IncompleteAnswer',
      `Cost Explorer did not answer for ${date} (${missing[0]})`,
    );
  const lines = (grouping: CostQuery['grouping']) => answers.get(grouping)?.get(date)?.lines;
  return checked({
    date,
    source: 'cost-explorer',
    ...about,
    estimated: parts.some(([, day]) => day!.estimated),
    by_region: lines('by_region') ?? [],
    by_usage_type: lines('by_usage_type') ?? [],
    apart: lines('apart') ?? [],
    own: lines('own') ?? null,
  });
}

function checked(reading: CostReading): CostReading | CollectionFailed {
  try {
    checkReading(reading);
    return reading;
  } catch (error) {
    if (!(error instanceof BadReading)) throw error;
    return new CollectionFailed('IncompleteAnswer', error.message, { cause: error });
  }
}
