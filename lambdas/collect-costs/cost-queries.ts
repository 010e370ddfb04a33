import type { CostReading, RecordType } from '@sgraph-backbone/layer/costs';
import { contentHash } from '@sgraph-backbone/layer/rollups';
import type { CostSettings } from '@sgraph-backbone/layer/settings';
import type { CostQuestion } from './cost-explorer.ts';

/** What is asked, and how groups of the answer become lines. */
export interface CostQuery {
  readonly grouping: Exclude<keyof CostReading, 'date' | 'source' | 'scope' | 'estimated' | 'collected_at'>;
  readonly second: 'region' | 'usage_type' | 'record_type' | null;
  readonly question: Omit<CostQuestion, 'TimePeriod' | 'NextPageToken'>;
}

type Expression = NonNullable<CostQuestion['Filter']>;

/** AWS's names of what is kept apart from charges. */
export const APART: Readonly<Record<string, RecordType>> = { Credit: 'credit', Refund: 'refund', Tax: 'tax' };

/** The questions of a day: charges by two groupings, because a call takes no more, what is apart, and the own share. */
export function costQueries(settings: Pick<CostSettings, 'accounts' | 'tag' | 'own_tag'>): CostQuery[] {
  const within = scopeFilters(settings);
  const charges: Expression[] = [...within, { Not: recordTypes() }];
  const queries = [
    query('by_region', 'region', ['SERVICE', 'REGION'], charges),
    query('by_usage_type', 'usage_type', ['SERVICE', 'USAGE_TYPE'], charges),
    query('apart', 'record_type', ['SERVICE', 'RECORD_TYPE'], [...within, recordTypes()]),
  ];
  const { own_tag } = settings;
  if (own_tag !== undefined) queries.push(query('own', null, ['SERVICE'], [...charges, tagFilter(own_tag)]));
  return queries;
}

/** Names what is asked for: readings under other settings are other numbers. */
export function scopeOf({ accounts, tag }: Pick<CostSettings, 'accounts' | 'tag'>): string {
  return contentHash({ accounts: [...accounts].sort(), tag: tag ?? null }).slice(0, 16);
}

function query(
  grouping: CostQuery['grouping'],
  second: CostQuery['second'],
  keys: readonly string[],
  filters: readonly Expression[],
): CostQuery {
  const question = {
    Granularity: 'DAILY' as const,
    Metrics: ['UnblendedCost', 'AmortizedCost', 'UsageQuantity'],
    GroupBy: keys.map((Key) => ({ Type: 'DIMENSION' as const, Key })),
    Filter: filters.length === 1 ? filters[0]! : { And: [...filters] },
  };
  return { grouping, second, question };
}

function scopeFilters({ accounts, tag }: Pick<CostSettings, 'accounts' | 'tag'>): Expression[] {
  const linked: Expression[] =
    accounts.length === 0 ? [] : [{ Dimensions: { Key: 'LINKED_ACCOUNT', Values: [...accounts] } }];
  return tag === undefined ? linked : [...linked, tagFilter(tag)];
}

function recordTypes(): Expression {
  return { Dimensions: { Key: 'RECORD_TYPE', Values: Object.keys(APART) } };
}

/** `project=send` */
function tagFilter(tag: string): Expression {
  const at = tag.indexOf('=');
  return { Tags: { Key: tag.slice(0, at), Values: [tag.slice(at + 1)], MatchOptions: ['EQUALS'] } };
}
