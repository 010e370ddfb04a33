import {
  addDays,
  aggregateCosts,
  type CollectorRun,
  type CostsContext,
  changeCollectorState,
  costCalendar,
  daysBetween,
  firstOfMonth,
  unsettledDays,
} from '@sgraph-backbone/layer/costs';
import type { CostSettings } from '@sgraph-backbone/layer/settings';
import { CollectionFailed } from './collection-failed.ts';
import { scopeOf } from './cost-queries.ts';
import type { Remark } from './exports/deliveries.ts';
import type { ExportFile } from './exports/export-file.ts';
import { type ImportedExports, type ImportedPeriod, importExports } from './exports/import-exports.ts';

export interface ExportContext extends CostsContext {
  readonly settings: CostSettings;
}

/** What an import has done, and what it could not take. */
export interface ExportRun extends ImportedExports {
  readonly run: CollectorRun;
}

/** Takes data exports in the place of a collection: no call is made, and the mark is the last day that they have. */
export async function collectExports(
  context: ExportContext,
  files: readonly ExportFile[],
): Promise<ExportRun> {
  const { data, now, settings } = context;
  const at = now();
  const imported = await importExports(
    {
      data,
      now,
      filter: settings,
      scope: scopeOf(settings),
      aggregate: async (days) => void (await aggregateCosts(context, days)),
    },
    files,
  );
  // Traffic of days that are known already has become final meanwhile.
  const today = costCalendar.dayOf(at);
  const first = firstOfMonth(today, -1);
  const older = await unsettledDays(data, first);
  await aggregateCosts(context, [...older, ...daysBetween(first, addDays(today, 1))]);
  const failure = failureOf(imported.remarks);
  const outcome = failure === undefined ? ('done' as const) : ('failed' as const);
  const run: CollectorRun = { at, finished_at: now(), outcome, calls: 0, ...daysOf(imported.periods, at) };
  await changeCollectorState(data, (known) => ({
    ...known,
    mark: [known.mark ?? '', lastDay(imported.periods) ?? ''].sort().at(-1) || null,
    last_run: run,
    last_success_at: failure === undefined ? run.finished_at : known.last_success_at,
    last_error:
      failure === undefined ? null : { at: run.finished_at, code: failure.code, message: failure.message },
  }));
  return { ...imported, run };
}

/** What has to be put right by somebody; a delivery that is under way is no failure. Throws CollectionFailed. */
export function checkExports({ remarks }: ImportedExports): void {
  const failure = failureOf(remarks);
  if (failure !== undefined) throw failure;
}

function failureOf(remarks: readonly Remark[]): CollectionFailed | undefined {
  const refused = remarks.filter(({ outcome }) => outcome === 'refused');
  const [first] = refused;
  if (first === undefined) return undefined;
  const more = refused.length > 1 ? `, and ${refused.length - 1} more` : '';
  return new CollectionFailed('ExportRefused', `${first.path}: ${first.reason}${more}`);
}

/** The days that were taken; without any, none of today. */
function daysOf(periods: readonly ImportedPeriod[], at: number) {
  const today = costCalendar.dayOf(at);
  const taken = periods.filter(({ outcome }) => outcome === 'imported');
  const days = taken.flatMap(({ days: own }) => own).sort();
  const changed = new Set(periods.flatMap((period) => period.changed.map(({ date }) => date)));
  return {
    from: days[0] ?? today,
    to: days.length === 0 ? today : addDays(days.at(-1)!, 1),
    days: new Set(days).size,
    changed: changed.size,
  };
}

function lastDay(periods: readonly ImportedPeriod[]): string | undefined {
  return periods
    .flatMap(({ days }) => days)
    .sort()
    .at(-1);
}
