import { HEADLINE, type Period } from '@sgraph-backbone/layer/rollups';
import { schema as z } from '@sgraph-backbone/layer/runtime';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { type Compare, comparedTimes } from './compared-times.ts';
import { difference, differencesOf } from './difference.ts';
import { settled, told } from './frame.ts';
import { seriesWindows } from './granularity.ts';
import { echoTime, type Question } from './question.ts';
import { type AnsweredPoint, answeredPoints, point, seriesFinality } from './series-answer.ts';
import { readSeries } from './timeseries.ts';

export const seriesComparison = z
  .object({
    compare: z.string(),
    other: z.object({
      period: z.string().nullable(),
      key: z.string().nullable(),
      from: z.string(),
      to: z.string(),
      finality: settled,
      expired: z.array(z.string()),
      points: z.array(point).meta({ description: 'in the same order: the first beside the first' }),
    }),
    differences: z
      .array(z.record(z.string(), difference))
      .meta({ description: 'one for each point of the series; null while its window still runs' }),
  })
  .nullable();

/** A series beside the one of another time, point by point. */
export async function compareSeries(
  data: ObjectStore,
  question: Question,
  asked: { readonly compare: Compare; readonly granularity: Period },
  points: readonly AnsweredPoint[],
): Promise<z.infer<typeof seriesComparison>> {
  const { calendar, now } = question;
  const range = comparedTimes(asked.compare, question).whole;
  const windows = seriesWindows(asked.granularity, range, calendar);
  const series = await readSeries(data, { ...question, range }, windows);
  const others = answeredPoints(series.points, question.class);
  const missing = series.expired.length > 0;
  return {
    compare: asked.compare,
    other: {
      ...echoTime({ ...range, start: windows[0]!.start, end: windows.at(-1)!.end }),
      finality: told(seriesFinality(series.points, now)),
      expired: [...series.expired],
      points: others,
    },
    differences: points.map((own, index) => {
      const isOver = own.window_end <= now && !missing;
      return differencesOf(HEADLINE, own, (isOver ? others[index] : undefined) ?? {});
    }),
  };
}
