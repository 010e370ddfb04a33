import { type BillFacts, BillRefused, readBill } from '@sgraph-backbone/layer/bills';
import { type CostSource, type WrittenDay, writeReadings } from '@sgraph-backbone/layer/costs';
import { Conflict, type ObjectStore } from '@sgraph-backbone/layer/store';
import { type BilledPeriod, periodIsTold, readPeriods, replacePeriod } from './billed-period.ts';
import { createShareSums, type DayShare, type LineFilter, type ShareSums, sharesOf } from './day-shares.ts';
import { type Delivery, deliveriesIn, type Remark } from './deliveries.ts';
import type { ExportFile } from './export-file.ts';
import { readingsOf } from './readings.ts';

export interface ImportContext {
  readonly data: ObjectStore;
  /** Epoch ms. */
  readonly now: () => number;
  readonly filter: LineFilter;
  /** Names the filter in readings. */
  readonly scope: string;
  /** Sums days again whose readings have changed. */
  aggregate(dates: readonly string[]): Promise<void>;
}

/** A billing period after a run. */
export interface ImportedPeriod {
  readonly export: string;
  /** `2026-02`; null of files that could not be taken as any. */
  readonly period: string | null;
  readonly outcome: 'imported' | 'already_known';
  /** Of its delivery, as are the corrections. */
  readonly lines: number;
  /** Lines that change closed periods. */
  readonly corrections: number;
  /** Days that it charges for. */
  readonly days: readonly string[];
  /** Days whose costs are other ones now. */
  readonly changed: readonly WrittenDay[];
}

export interface ImportedExports {
  readonly periods: readonly ImportedPeriod[];
  /** What was left for later or refused, and why. */
  readonly remarks: readonly Remark[];
}

/**
 * Takes the data exports among some files: each delivery once. What is refused, or changes while it is read, leaves
 * its period as it was. A run that dies is finished by the next one.
 */
export async function importExports(
  context: ImportContext,
  files: readonly ExportFile[],
): Promise<ImportedExports> {
  const { deliveries, remarks } = await deliveriesIn(files);
  const periods: ImportedPeriod[] = [];
  for (const delivery of deliveries) {
    try {
      periods.push(...(await importDelivery(context, delivery)));
    } catch (error) {
      if (error instanceof UnreadFile)
        remarks.push({ path: error.path, reason: error.message, outcome: error.outcome });
      else throw error;
    }
  }
  return { periods, remarks };
}

/** A file that keeps its delivery from being counted. */
class UnreadFile extends Error {
  override readonly name = 'UnreadFile';
  readonly path: string;
  readonly outcome: Remark['outcome'];

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.path = path;
    // Somebody else writes it: the next run finds it whole.
    this.outcome = options?.cause instanceof Conflict ? 'later' : 'refused';
  }
}

async function importDelivery(context: ImportContext, delivery: Delivery): Promise<ImportedPeriod[]> {
  const { data, scope } = context;
  const filtered = JSON.stringify(context.filter);
  const before = await readPeriods(data, delivery.export);
  const known = before.filter((one) => one.stamp === delivery.stamp && one.filtered === filtered);
  if (known.length > 0) return Promise.all(known.map((period) => alreadyKnown(context, period)));
  const { files, sums, source } = await readFiles(context, delivery);
  const shares = new Map(sharesOf(sums));
  if (delivery.period !== undefined) {
    const foreign = [...shares.keys()].find((period) => period !== delivery.period);
    if (foreign !== undefined)
      throw new UnreadFile(
        delivery.files[0]!.path,
        `lines of ${foreign} in the delivery of ${delivery.period}`,
      );
    shares.set(delivery.period, shares.get(delivery.period) ?? {});
  }
  const imported: ImportedPeriod[] = [];
  for (const [period, days] of shares) {
    const { stamp, export: name } = delivery;
    const at = { imported_at: context.now() };
    const next = { export: name, period, source, scope, filtered, stamp, files, ...at };
    const written = await replacePeriod(data, { ...next, days: wholeDays(period, days) });
    const changed = await tell(context, written);
    const lines = files.reduce((sum, file) => sum + file.lines, 0);
    imported.push({
      export: name,
      period,
      outcome: 'imported',
      lines,
      corrections: sums.corrections,
      days: Object.keys(written.days),
      changed,
    });
  }
  return imported;
}

async function alreadyKnown(context: ImportContext, period: BilledPeriod): Promise<ImportedPeriod> {
  const changed = period.pending.length > 0 ? await tell(context, period) : [];
  const { export: name, files } = period;
  return {
    export: name,
    period: period.period,
    outcome: 'already_known',
    lines: files.reduce((sum, file) => sum + file.lines, 0),
    corrections: 0,
    days: Object.keys(period.days),
    changed,
  };
}

/** Makes the readings of a period's pending days, and what is summed from them, say what the export says. */
async function tell(context: ImportContext, period: BilledPeriod): Promise<WrittenDay[]> {
  const { data, filter, now } = context;
  const periods = await readPeriods(data, period.export);
  const readings = readingsOf(periods, period.pending, { hasOwn: filter.own_tag !== undefined, now: now() });
  const written = await writeReadings(data, readings);
  await context.aggregate(period.pending);
  await periodIsTold(data, period);
  return written.filter(({ changed }) => changed);
}

interface ReadFiles {
  readonly files: BilledPeriod['files'];
  readonly sums: ShareSums;
  readonly source: CostSource;
}

async function readFiles({ filter }: ImportContext, { files }: Delivery): Promise<ReadFiles> {
  const sums = createShareSums(filter);
  const read = new Map<string, { path: string; hash: string; lines: number }>();
  let form: BillFacts['form'] | undefined;
  for (const file of files) {
    const own = createShareSums(filter);
    const facts = await readFile(file, own);
    checkColumns(file, facts, filter);
    form ??= facts.form;
    if (form !== facts.form)
      throw new UnreadFile(file.path, `${facts.form} beside ${form}: one export is one table`);
    // A copy by another name is the same file.
    if (read.has(facts.hash)) continue;
    read.set(facts.hash, { path: file.path, hash: facts.hash, lines: facts.lines });
    sums.merge(own);
  }
  return { files: [...read.values()], sums, source: form === 'CUR 2.0' ? 'cur' : 'focus' };
}

async function readFile(file: ExportFile, sums: ShareSums): Promise<BillFacts> {
  try {
    return await readBill(file.chunks(), sums.add);
  } catch (error) {
    if (error instanceof BillRefused) throw new UnreadFile(file.path, error.message, { cause: error });
    if (error instanceof Conflict)
      throw new UnreadFile(file.path, 'it was written again while it was read', { cause: error });
    throw error;
  }
}

/** A filter for what an export does not have would leave nothing, and look like a site that costs nothing. */
function checkColumns({ path }: ExportFile, { form, columns }: BillFacts, filter: LineFilter): void {
  const [account, tags] =
    form === 'FOCUS 1.2' ? ['SubAccountId', 'Tags'] : ['line_item_usage_account_id', 'resource_tags'];
  const needed = [
    ...(filter.accounts.length > 0 ? [account] : []),
    ...(filter.tag !== undefined || filter.own_tag !== undefined ? [tags] : []),
  ];
  const missing = needed.filter((column) => column !== undefined && !columns.includes(column));
  if (missing.length > 0)
    throw new UnreadFile(path, `the settings of costs need ${missing.join(', ')}, which it lacks`);
}

/** Days without a line, up to the last one that has any, cost nothing: that is known. */
function wholeDays(period: string, days: Readonly<Record<string, DayShare>>): Record<string, DayShare> {
  const own = Object.keys(days).filter((date) => date.startsWith(period));
  const last = own.sort().at(-1);
  const whole: Record<string, DayShare> = { ...days };
  for (let day = 1; last !== undefined && day <= Number(last.slice(8)); day += 1) {
    const date = `${period}-${String(day).padStart(2, '0')}`;
    whole[date] ??= { estimated: days[last]!.estimated, lines: [] };
  }
  return whole;
}
