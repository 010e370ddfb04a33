import type { CostLine } from '@sgraph-backbone/layer/costs';
import { CollectionFailed } from './collection-failed.ts';
import type { AskCostExplorer, CostPage } from './cost-explorer.ts';
import { APART, type CostQuery } from './cost-queries.ts';

/** UTC days, `to` exclusive. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** What one query says of one day. */
export interface DayAnswer {
  readonly estimated: boolean;
  readonly lines: readonly CostLine[];
}

/** A page token that AWS does not know any more, or that belongs to another question. */
const LOST_PLACE = /^(InvalidNextToken|RequestChanged)/;
// A place that is lost again and again is no passing thing, and every page costs.
const BEGINNINGS = 2;

/** The whole answer to a query, by day. Data that changes between two pages makes AWS lose its place: then once more. */
export async function readAnswer(
  ask: AskCostExplorer,
  query: CostQuery,
  range: DayRange,
): Promise<ReadonlyMap<string, DayAnswer>> {
  for (let beginning = 1; ; beginning++) {
    try {
      return await readPages(ask, query, range);
    } catch (error) {
      if (!isPlaceLost(error) || beginning >= BEGINNINGS) throw error;
    }
  }
}

function isPlaceLost(error: unknown): boolean {
  return error instanceof CollectionFailed && LOST_PLACE.test(error.code);
}

async function readPages(ask: AskCostExplorer, query: CostQuery, { from, to }: DayRange) {
  const days = new Map<string, { estimated: boolean; lines: CostLine[] }>();
  const tokens = new Set<string>();
  let token: string | undefined;
  do {
    const page = await ask({
      ...query.question,
      TimePeriod: { Start: from, End: to },
      ...(token && { NextPageToken: token }),
    });
    addPage(days, page, query);
    token = nextToken(page, tokens);
  } while (token !== undefined);
  return days;
}

function nextToken({ NextPageToken }: CostPage, seen: Set<string>): string | undefined {
  if (NextPageToken === undefined || NextPageToken === '') return undefined;
  if (seen.has(NextPageToken))
    throw new CollectionFailed(
      'IncompleteAnswer',
      'Cost Explorer names a page as the next that it has sent before',
    );
  seen.add(NextPageToken);
  return NextPageToken;
}

/** A day that does not fit on a page goes on on the next. */
function addPage(
  days: Map<string, { estimated: boolean; lines: CostLine[] }>,
  { ResultsByTime = [] }: CostPage,
  query: CostQuery,
): void {
  for (const { TimePeriod, Estimated, Groups = [] } of ResultsByTime) {
    const date = TimePeriod?.Start?.slice(0, 10) ?? '';
    const day = days.get(date) ?? { estimated: false, lines: [] };
    // What AWS does not call settled is not.
    day.estimated ||= Estimated !== false;
    for (const group of Groups) day.lines.push(lineOf(group, query));
    days.set(date, day);
  }
}

type Group = NonNullable<NonNullable<CostPage['ResultsByTime']>[number]['Groups']>[number];

/** Texts as they were sent; what is missing is empty, and refused when the reading is kept. */
function lineOf({ Keys = [], Metrics = {} }: Group, { second }: CostQuery): CostLine {
  const [service = '', other = ''] = Keys;
  const { UnblendedCost, AmortizedCost, UsageQuantity } = Metrics;
  // Of a whole service it is the sum of hours, bytes and requests.
  const quantity = second === 'usage_type' ? UsageQuantity : undefined;
  const unit = quantity?.Unit;
  return {
    service,
    region: second === 'region' ? other : null,
    usage_type: second === 'usage_type' ? other : null,
    record_type: second === 'record_type' ? (APART[other] ?? 'charge') : 'charge',
    currency: UnblendedCost?.Unit ?? '',
    amount: UnblendedCost?.Amount ?? '',
    amortized: AmortizedCost?.Amount ?? null,
    usage_quantity: quantity?.Amount ?? null,
    usage_unit: unit === undefined || unit === 'N/A' ? null : unit,
  };
}
