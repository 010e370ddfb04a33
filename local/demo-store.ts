import { aggregateCosts, writeReadings } from '@sgraph-backbone/layer/costs';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { Log } from '@sgraph-backbone/layer/runtime';
import { OBSERVABILITY, type Store } from '@sgraph-backbone/layer/store';
import { dayTraffic } from '../lambdas/collect-costs/day-traffic.ts';
import { recordEvents } from '../lambdas/record-events/record-events.ts';
import { type Backbone, createBackbone } from './backbone.ts';
import { createApplication, type DemoWeek, demoReadings, demoWeek, invitations } from './demo/index.ts';

/** What the application reports is committed as often as windows close, ms. */
const HALF_HOUR = 1_800_000;

/**
 * What was reported longer ago lies within coverage, where the sweep looks at every window and sums it once, as final.
 * A marker would have it summed before that too. The rest needs one to be found. ms.
 */
const COVERED_AFTER = 25 * 3_600_000;

/**
 * A store in memory with the demo week in it: its files and what its application reports go through the same steps
 * as real ones, at the times at which they would have arrived, so that what is final and what is not is as it would be.
 */
export async function createDemo(now: number, log: Log): Promise<Backbone> {
  const clock = { now };
  const store = await openStore('memory:', { now: () => clock.now });
  const backbone = await createBackbone(store, log, { now: () => clock.now, quiet: true });
  for (const { at, happen } of happenings(demoWeek(now), await playersOf(backbone, store, now), now)) {
    clock.now = at;
    await happen();
  }
  clock.now = now;
  // Twice: the first one empties `live/`, and only then does nothing that waits hold coverage back.
  await backbone.sweep();
  await backbone.sweep();
  await collectDemoCosts(backbone, now);
  return backbone;
}

/** What each morning's collection had read, and what it costs by what was counted since. */
async function collectDemoCosts({ data, here, now: clock }: Backbone, now: number): Promise<void> {
  const { pipeline, options } = await here();
  const readings = demoReadings(now);
  // One after the other, as they came: a later one restates an earlier one.
  for (const [, own] of Map.groupBy(readings, ({ collected_at }) => collected_at))
    await writeReadings(data, own);
  const traffic = dayTraffic(pipeline, options.settings);
  await aggregateCosts(
    { data, now: clock, traffic },
    readings.map(({ date }) => date),
  );
}

interface Happening {
  readonly at: number;
  readonly happen: () => Promise<void>;
}

type Players = Awaited<ReturnType<typeof playersOf>>;

async function playersOf(backbone: Backbone, { observability }: Store, end: number) {
  const { pipeline, options } = await backbone.here();
  let ids = 0;
  const application = createApplication({
    data: backbone.data,
    now: backbone.now,
    newId: () => `demo-${++ids}`,
    normaliser: await backbone.normaliser(),
    dayOf: pipeline.calendar.dayOf,
    commit: (events) =>
      recordEvents({ pipeline, ...options, marked: backbone.now() > end - COVERED_AFTER }, events),
  });
  const deliver = async (name: string, bytes: Uint8Array) => {
    await observability.put(OBSERVABILITY.live + name, bytes);
    await backbone.arrived(OBSERVABILITY.live + name);
  };
  return { application, deliver };
}

/** In order of time; of one moment in the order of its being told. */
function happenings(week: DemoWeek, { application, deliver }: Players, now: number): Happening[] {
  const made = invitations(week.start);
  const all = [
    ...made.map((each) => ({ at: each.made, happen: () => application.create(each) })),
    ...made.flatMap((each) =>
      each.turns.map(({ at, turn }) => ({ at, happen: () => application.turn(each, turn) })),
    ),
    ...week.reports.map((report) => ({ at: report.at, happen: () => application.report(report) })),
    ...week.files.map(({ arrival, name, bytes }) => ({ at: arrival, happen: () => deliver(name, bytes) })),
    ...commits(week.start, now).map((at) => ({ at, happen: () => application.commit() })),
  ];
  return all.sort((a, b) => a.at - b.at);
}

function commits(start: number, now: number): number[] {
  const count = Math.floor((now - start) / HALF_HOUR);
  return [...Array.from({ length: count }, (_, index) => start + (index + 1) * HALF_HOUR), now];
}
