import { keyBasedFolder } from '@sgraph-backbone/layer/cache';
import {
  aggregateRollup,
  aggregateUpwards,
  readRollup,
  type SitePipeline,
  settleFeed,
} from '@sgraph-backbone/layer/derived';
import {
  checkedFeed,
  listFeeds,
  listMarkers,
  namespacesOf,
  noteRun,
  type RollupOfFeed,
  type WindowOfFeed,
} from '@sgraph-backbone/layer/ledger';
import {
  createCalendar,
  PERIODS,
  type Period,
  parseWindowKey,
  presentRollup,
  type Rollup,
} from '@sgraph-backbone/layer/rollups';
import { malformed } from '@sgraph-backbone/layer/runtime';
import { readSettings } from '@sgraph-backbone/layer/settings';
import { archive, liveKeys } from '../../archive/archive.ts';
import { consolidate } from '../../consolidate/consolidate.ts';
import { forget } from '../../corrections/forget.ts';
import { recutDays, reprocess } from '../../corrections/reprocess.ts';
import { settleByHand } from '../../corrections/settle.ts';
import type { IngestOptions } from '../../ingest/ingest.ts';
import { ingestLive } from '../../ingest/ingest-live.ts';
import type { Steps } from '../steps.ts';
import { statusOf } from './status.ts';

/** What the steps run with, and a way to wait for what they send. */
export interface StepsHere {
  readonly pipeline: SitePipeline;
  readonly options: IngestOptions;
  /** Settles when all that was sent has been looked at. */
  readonly idle: () => Promise<void>;
}

/** The pipeline as the admin API sees it: the steps run here and now, and what they send is waited for. */
export function directSteps(here: StepsHere): Steps {
  const { pipeline } = here;
  return {
    async ingest({ keys, limit }) {
      const objects = [];
      for (const key of keys ?? (await liveKeys(pipeline, limit))) objects.push(await ingestKey(here, key));
      await here.idle();
      return { objects, waiting: (await liveKeys(pipeline)).length };
    },
    async consolidate({ windows }) {
      const due = windows?.map(checkedWindow) ?? (await pendingWindows(pipeline));
      const answers = [];
      for (const window of due) answers.push(await consolidateNow(pipeline, window));
      await noteRun(pipeline, 'consolidate', { processed: due.length });
      return { windows: answers };
    },
    async aggregate({ rollups }) {
      const answers = rollups ? await aggregateNamed(pipeline, rollups.map(checkedRollup)) : [];
      if (rollups === undefined)
        for (const { feed } of await listFeeds(pipeline.data)) await settleFeed(pipeline, feed);
      await noteRun(pipeline, 'aggregate', { processed: answers.length });
      return { rollups: answers };
    },
    archive: async ({ keys, limit }) => archive(pipeline, keys, limit),
    async forget(target, actor) {
      const objects = await forget(pipeline, target, actor);
      await here.idle();
      return objects;
    },
    async reprocess(range, actor) {
      const settings = await readSettings(pipeline.data);
      const calendar = createCalendar(settings.timezone);
      const today = { ...pipeline, calendar, hosts: settings.hosts };
      const { temporaryFolder } = here.options;
      const answer = await reprocess(today, settings, range, { actor, temporaryFolder });
      await here.idle();
      await recutDays(today, range);
      return answer;
    },
    settle: (claim, actor) => settleByHand(pipeline, claim, actor),
    status: () => statusOf(pipeline),
  };
}

async function ingestKey({ pipeline, options }: StepsHere, key: string) {
  const answer = await ingestLive(pipeline, options, key);
  if (answer === undefined)
    throw malformed([{ name: 'keys', given: key, accepted: 'keys of objects below live/' }]);
  const feed = answer.windows[0]?.feed;
  return {
    ...answer,
    // Somebody else moved it away after it was ingested: that is known.
    outcome: answer.outcome === 'gone' ? ('already_known' as const) : answer.outcome,
    object_id: answer.object_id ?? null,
    cache_prefix: feed === undefined ? null : keyBasedFolder(namespacesOf(feed).raw, feed),
    windows: [...answer.windows],
    errors: [...answer.errors],
  };
}

async function pendingWindows({ data }: SitePipeline): Promise<WindowOfFeed[]> {
  return (await listMarkers(data)).flatMap((marker) => marker.windows);
}

async function consolidateNow(pipeline: SitePipeline, window: WindowOfFeed) {
  const { window_start, window_end, batches, content_hash } = await consolidate(pipeline, window);
  const time_key = pipeline.calendar.keyAt('30min', window_start);
  const halfHour: RollupOfFeed = { feed: window.feed, period: '30min', time_key };
  await aggregateUpwards(pipeline, [halfHour]);
  const rollup = (await readRollup(pipeline.data, halfHour)) as Rollup;
  const { total_requests, unique_paths, unique_agents, unique_edges, cache_hit_rate, total_bytes, ...flat } =
    presentRollup(rollup, 'all');
  return {
    ...window,
    period_start: window_start,
    period_end: window_end,
    total_requests,
    unique_paths,
    unique_agents,
    unique_edges,
    status_breakdown: flat.status_breakdown,
    top_paths: [...flat.top_paths],
    edge_distribution: { ...flat.edge_distribution },
    cache_hit_rate,
    total_bytes,
    batches: batches.length,
    content_hash,
  };
}

async function aggregateNamed(pipeline: SitePipeline, rollups: readonly RollupOfFeed[]) {
  const answers = [];
  for (const name of rollups) {
    const { rollup, written } = await aggregateRollup(pipeline, name);
    if (rollup === undefined)
      throw malformed([{ name: 'rollups', given: name, accepted: 'a roll-up with data below it' }], 'body');
    const { status, revision, content_hash } = rollup;
    answers.push({ ...name, status, revision, content_hash, written });
    await aggregateUpwards(pipeline, parentsOf(pipeline, name));
  }
  return answers;
}

function parentsOf({ calendar }: SitePipeline, { feed, period, time_key }: RollupOfFeed): RollupOfFeed[] {
  return calendar.parents(period, time_key).map((parent) => ({ feed, ...parent }));
}

function checkedWindow({ feed, window }: { feed: string; window: string }): WindowOfFeed {
  parseWindowKey(window);
  return { feed: checkedFeed(feed), window };
}

function checkedRollup(given: { feed: string; period: string; time_key: string }): RollupOfFeed {
  const period = PERIODS.find((known) => known === given.period) as Period | undefined;
  if (period === undefined)
    throw malformed([{ name: 'period', given: given.period, accepted: PERIODS.join(', ') }], 'body');
  return { feed: checkedFeed(given.feed), period, time_key: given.time_key };
}
