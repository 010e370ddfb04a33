import type { CostRollupValue } from './build-day.ts';
import type { CostRestatement, CostRollup } from './cost-rollup.ts';
import { addAmounts, differenceOf } from './currency-amounts.ts';

type Totals = CostRollup['children'][number]['totals'];
type Amounts = Readonly<Record<string, string>>;

/**
 * What is to be stored where `previous` is. Money that was known and is other money now is a revision, whether AWS
 * called it estimated or not; a day that joins its week or month is none.
 */
export function reviseCosts(previous: CostRollup | undefined, next: CostRollupValue): CostRollup {
  const write = (previous?.write ?? 0) + 1;
  if (previous === undefined) return { ...next, write, revision: 1 };
  const { revision, restated } = previous;
  if (!isRestated(previous, next)) return { ...next, write, revision, ...(restated && { restated }) };
  return { ...next, write, revision: revision + 1, restated: restatement(previous, next) };
}

function isRestated(previous: CostRollup, next: CostRollupValue): boolean {
  if (next.period === 'daily') return previous.money_hash !== next.money_hash;
  return changedDays(previous, next).length > 0;
}

function changedDays(previous: CostRollup, next: CostRollupValue): { before: Totals; after: Totals }[] {
  const now = new Map(next.children.map((child) => [child.time_key, child]));
  return previous.children.flatMap((old) => {
    const child = now.get(old.time_key);
    return child === undefined || child.money_hash === old.money_hash
      ? []
      : [{ before: old.totals, after: child.totals }];
  });
}

function restatement(previous: CostRollup, next: CostRollupValue): CostRestatement {
  const { cost } = previous;
  const isSame =
    String(cost.sources) === String(next.cost.sources) && String(cost.scopes) === String(next.cost.scopes);
  const difference =
    next.period === 'daily'
      ? differenceOf(addAmounts(nets(previous)), addAmounts(nets(next)))
      : differenceOfDays(previous, next);
  return { at: next.computed_at, reason: isSame ? 'late-data' : 'source', difference };
}

function differenceOfDays(previous: CostRollup, next: CostRollupValue): Amounts {
  const days = changedDays(previous, next);
  const sum = (side: 'before' | 'after') => addAmounts(days.flatMap((day) => netsOf(day[side])));
  return differenceOf(sum('before'), sum('after'));
}

function nets({ currencies }: Pick<CostRollup, 'currencies'>) {
  return currencies.map(({ currency, net }) => ({ currency, amount: net }));
}

function netsOf(totals: Totals) {
  return Object.entries(totals).map(([currency, { net }]) => ({ currency, amount: net }));
}
