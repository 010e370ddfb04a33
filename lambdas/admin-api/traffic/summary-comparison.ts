import { finalityOf, MEASURES, type MeasureName, type RollupRange } from '@sgraph-backbone/layer/rollups';
import { schema as z } from '@sgraph-backbone/layer/runtime';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { type Compare, comparedTimes } from './compared-times.ts';
import { difference, differencesOf } from './difference.ts';
import { measured, settled, told } from './frame.ts';
import { echoTime, type Question } from './question.ts';
import { readRange } from './range.ts';
import { SUMMARY_COLUMNS } from './rows/needed-columns.ts';

const NAMES = MEASURES.map(({ name }) => name);

const time = {
  period: z.string().nullable(),
  key: z.string().nullable(),
  from: z.string(),
  to: z.string(),
};

export const summaryComparison = z
  .object({
    compare: z.string(),
    own: z.object({ ...time, finality: settled, data: z.record(z.string(), measured) }),
    other: z.object({
      ...time,
      finality: settled,
      expired: z.array(z.string()),
      data: z.record(z.string(), measured),
    }),
    part: z.boolean().meta({ description: 'the time asked for still runs: both are the part that is over' }),
    differences: z.record(z.string(), difference),
  })
  .nullable();

/** A question's numbers beside those of another time. `whole` is what is known of the question's whole time. */
export async function compareSummary(
  data: ObjectStore,
  question: Question,
  compare: Compare,
  whole: RollupRange,
): Promise<z.infer<typeof summaryComparison>> {
  const { own, other, part } = comparedTimes(compare, question);
  const read = (range: Question['range']) =>
    readRange(data, { ...question, range }, { columns: SUMMARY_COLUMNS });
  const ours = part ? (await read(own)).range : whole;
  const theirs = await read(other);
  const numbers = [ours, theirs.range].map((range) => numbersOf(range, question));
  return {
    compare,
    own: { ...echoTime(own), finality: told(finalityOf(ours)), data: numbers[0]! },
    other: {
      ...echoTime(other),
      finality: told(finalityOf(theirs.range)),
      expired: [...theirs.expired],
      data: numbers[1]!,
    },
    part,
    differences: differencesOf(NAMES, numbers[0]!, isComparable(ours, theirs) ? numbers[1]! : {}),
  };
}

/** A sum that lacks whole days, or rows that have expired, says nothing about another one. */
function isComparable(
  ours: RollupRange,
  theirs: { range: RollupRange; expired: readonly string[] },
): boolean {
  const gaps = [...ours.gaps, ...theirs.range.gaps];
  return theirs.expired.length === 0 && !gaps.some((key) => DAY_OR_LONGER.test(key));
}

const DAY_OR_LONGER = /^\d{4}(-W\d\d|-\d\d|-\d\d-\d\d)?$/;

function numbersOf({ measures }: RollupRange, { class: of }: Question): Record<MeasureName, number | null> {
  const numbers = NAMES.map((name) => [name, measures[of][name]]);
  return Object.fromEntries(numbers) as Record<MeasureName, number | null>;
}
