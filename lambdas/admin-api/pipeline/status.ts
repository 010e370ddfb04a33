import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import { listFeeds, listMarkers, type Marker, readRecord, type Step } from '@sgraph-backbone/layer/ledger';
import { liveKeys } from '../../archive/archive.ts';
import type { Steps } from '../steps.ts';

type StatusAnswer = Awaited<ReturnType<Steps['status']>>;

/** What waits, what was done, what failed, and how fresh each feed is. */
export async function statusOf(pipeline: SitePipeline): Promise<StatusAnswer> {
  const live = (await liveKeys(pipeline)).length;
  const pending = await listMarkers(pipeline.data);
  const step = (name: Step, waiting: number | null) => stepStatus(pipeline, name, waiting);
  return {
    steps: {
      ingest: await step('ingest', live),
      // Each request writes its events before it is answered: nothing waits, and no run is noted.
      'record-events': UNMEASURED,
      consolidate: await step('consolidate', distinctWindows(pending)),
      aggregate: await step('aggregate', distinctWindows(pending)),
      archive: await step('archive', live),
      sweep: await step('sweep', null),
    },
    feeds: await feedsOf(pipeline),
  };
}

/** Of a step whose runs nobody notes here. */
export const UNMEASURED = {
  waiting: null,
  processed: null,
  refused: null,
  quarantined: null,
  last_run: null,
  last_error: null,
};

/** How far each feed is covered, and how fresh it is. */
export async function feedsOf(pipeline: SitePipeline): Promise<StatusAnswer['feeds']> {
  const feeds = await listFeeds(pipeline.data);
  return feeds.map(({ feed, intervals, newest_event, last_delivery }) => ({
    feed,
    hosts: [...pipeline.hosts],
    coverage: intervals.map(({ start, end }) => ({ start, end })),
    newest_event: newest_event || null,
    last_delivery: last_delivery ?? null,
  }));
}

async function stepStatus({ data }: SitePipeline, step: Step, waiting: number | null) {
  const { write: _, ...record } = await readRecord(data, step);
  return { waiting, ...record };
}

function distinctWindows(markers: readonly Marker[]): number {
  return new Set(markers.flatMap(({ windows }) => windows.map(({ feed, window }) => `${feed}/${window}`)))
    .size;
}
