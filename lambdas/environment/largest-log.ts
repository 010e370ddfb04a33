import { liveKeyOf, type Source } from '@sgraph-backbone/layer/ledger';
import { schema as z } from '@sgraph-backbone/layer/runtime';
import { OBSERVABILITY } from '@sgraph-backbone/layer/store';

/**
 * Log objects that a function reads, by their size as delivered. Of a gzipped log a function with one processor reads
 * 8 to 10 MB a second (`bench/largest-log.ts`): 1 GiB takes two minutes, and on a processor a third as fast a third of
 * the 15 minutes that it has. Less time than memory: what a log adds to one half-hour is written as one object, a
 * quarter of the size of the log, and is in memory twice. `/tmp` takes some 70 bytes of a line: 10 million lines
 * are 0.7 of its 4 GB.
 */
export const LARGEST_LOG = {
  BACKBONE_MOST_LOG_BYTES: z
    .string()
    .regex(/^[1-9]\d{0,11}$/, 'a number of bytes')
    .default(String(2 ** 30))
    .meta({ description: 'size of the largest log object that a function reads' }),
};

/** What a log is refused with that is larger than what a function reads. */
export interface LargestLog {
  readonly bytes: number;
  readonly reason: (source: Pick<Source, 'location' | 'size'>) => string;
}

/** The reason names the command that reads the object from a machine that has the time. */
export function largestLog(bytes: number, storeUrl: string): LargestLog {
  return {
    bytes,
    reason: ({ location, size }) =>
      `its ${size} bytes are more than the ${bytes} that a function reads; on a machine of your own: ` +
      `backbone import '${placeOf(location, storeUrl)}' --store '${storeUrl}'`,
  };
}

/** Where the object lies once it was refused: one of `live/` is moved. */
function placeOf(location: string, storeUrl: string): string {
  const key = liveKeyOf(location);
  if (key === undefined) return location.replace(/^s3:/, 's3://');
  const refused = OBSERVABILITY.refused + key.slice(OBSERVABILITY.live.length);
  return `${observabilityOf(storeUrl)}/${refused}`;
}

function observabilityOf(storeUrl: string): string {
  if (!storeUrl.startsWith('s3://')) return `${storeUrl}/observability`;
  const url = new URL(storeUrl);
  return `s3://${url.searchParams.get('observability') ?? `${url.host}${url.pathname}/observability`}`;
}
