import {
  addDays,
  aggregateCosts,
  type CollectorRun,
  type CollectorState,
  type CostsContext,
  changeCollectorState,
  daysBetween,
  readCollectorState,
  unsettledDays,
  writeReadings,
} from '@sgraph-backbone/layer/costs';
import type { CostSettings } from '@sgraph-backbone/layer/settings';
import { type AskedDays, collectedRange, movedMark, partsOf } from './collected-range.ts';
import { CollectionFailed } from './collection-failed.ts';
import type { AskCostExplorer } from './cost-explorer.ts';
import { costQueries, scopeOf } from './cost-queries.ts';
import { type PaidCalls, paidCalls } from './paid-calls.ts';
import type { DayRange } from './read-answer.ts';
import { readDays } from './read-days.ts';

export interface CollectContext extends CostsContext {
  readonly settings: CostSettings;
  readonly ask: AskCostExplorer;
  /** Milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to 1; spreads collectors that were refused together. */
  readonly random: () => number;
}

/**
 * Reads what AWS says of these days, keeps it, sums it, and moves the mark through the days that were read without a
 * gap. Throws CollectionFailed after what was read before the failure has been kept and the failure noted.
 */
export async function collectCosts(context: CollectContext, asked: AskedDays = {}): Promise<CollectorRun> {
  const { data, now } = context;
  const at = now();
  const today = dayOf(at);
  const state = await readCollectorState(data);
  const range = collectedRange(asked, state.mark, today);
  await mendOpen(context, state);
  await changeCollectorState(data, (known) => ({ ...known, open: [...known.open, range] }));
  const paid = paidCalls({ ...context, most: context.settings.calls_per_day });
  const read = await readParts(context, paid, range, today);
  await aggregateCosts(context, await unsettledDays(data, range.from));
  const run = {
    at,
    finished_at: now(),
    ...range,
    calls: paid.calls(),
    days: read.days,
    changed: read.changed,
  };
  const outcome = read.error === undefined ? ('done' as const) : ('failed' as const);
  await changeCollectorState(data, (known) => afterRun(known, { ...run, outcome }, read.error));
  if (read.error !== undefined) throw read.error;
  return { ...run, outcome };
}

interface ReadParts {
  readonly days: number;
  readonly changed: number;
  readonly error: CollectionFailed | undefined;
}

async function readParts(
  context: CollectContext,
  paid: PaidCalls,
  range: DayRange,
  today: string,
): Promise<ReadParts> {
  let days = 0;
  let changed = 0;
  for (const part of partsOf(range)) {
    const read = await readPart(context, paid, part, today);
    days += read.days;
    changed += read.changed;
    if (read.error !== undefined) return { days, changed, error: read.error };
  }
  return { days, changed, error: undefined };
}

async function readPart(
  context: CollectContext,
  paid: PaidCalls,
  part: DayRange,
  today: string,
): Promise<ReadParts> {
  const { data, settings, now } = context;
  const about = { scope: scopeOf(settings), collected_at: now() };
  const asked = await readDays(paid.ask, costQueries(settings), part, about).catch(failedCall);
  if ('error' in asked) return { days: 0, changed: 0, error: asked.error };
  const written = await writeReadings(data, asked.readings);
  const given = new Map(asked.readings.map((reading) => [reading.date, reading]));
  const readings = new Map(written.map(({ date, content_hash }) => [content_hash, given.get(date)!]));
  await aggregateCosts({ ...context, readings }, given.keys());
  const failed = asked.failed[0];
  const through = addDays(failed?.date ?? part.to, -1);
  await changeCollectorState(data, (known) => ({
    ...known,
    mark: movedMark(known.mark, { from: part.from, through }, today),
  }));
  return {
    days: written.length,
    changed: written.filter(({ changed }) => changed).length,
    error: failed?.error,
  };
}

/** What AWS or the network refuses is noted; what the store does not take can't be. */
function failedCall(error: unknown): { readonly error: CollectionFailed } {
  if (error instanceof CollectionFailed) return { error };
  throw error;
}

/** Sums again what somebody may have read and not summed before he died. */
async function mendOpen(context: CollectContext, { open }: CollectorState): Promise<void> {
  if (open.length === 0) return;
  await aggregateCosts(
    context,
    open.flatMap(({ from, to }) => daysBetween(from, to)),
  );
  await changeCollectorState(context.data, (known) => open.reduce(without, known));
}

function afterRun(
  known: CollectorState,
  run: CollectorRun,
  error: CollectionFailed | undefined,
): CollectorState {
  return {
    ...without(known, run),
    last_run: run,
    last_success_at: error === undefined ? run.finished_at : known.last_success_at,
    last_error:
      error === undefined ? null : { at: run.finished_at, code: error.code, message: error.message },
  };
}

/** Once: another collector may have the same days open. */
function without(state: CollectorState, range: DayRange): CollectorState {
  const at = state.open.findIndex(({ from, to }) => from === range.from && to === range.to);
  return at < 0 ? state : { ...state, open: state.open.toSpliced(at, 1) };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
