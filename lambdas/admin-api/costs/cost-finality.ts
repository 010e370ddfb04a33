import type { CostRollup } from '@sgraph-backbone/layer/costs';
import type { schema as z } from '@sgraph-backbone/layer/runtime';
import type { costFinality } from './cost-schemas.ts';

export type CostFinality = z.infer<typeof costFinality>;

/** How settled a window is; one that is not there has nothing but gaps. */
export function finalityOfCosts(rollup: CostRollup | undefined, gaps: readonly string[]): CostFinality {
  if (rollup === undefined) return unknown(gaps);
  const { cost, traffic, status, computed_at, revision, restated } = rollup;
  return {
    status,
    estimated: cost.estimated,
    computed_at,
    revision,
    restated: restated ? { ...restated, difference: { ...restated.difference } } : null,
    cost: cost.status,
    collected_at: cost.collected_at,
    sources: [...cost.sources],
    traffic: traffic.status,
    gaps: [...cost.gaps],
    traffic_gaps: [...traffic.gaps],
  };
}

/** Of several windows together: as settled as the least of them, as old as the oldest. */
export function finalityOfAll(rollups: readonly CostRollup[], gaps: readonly string[]): CostFinality {
  if (rollups.length === 0) return unknown(gaps);
  const isFinal = gaps.length === 0 && rollups.every(({ status }) => status === 'final');
  const collected = rollups.flatMap(({ cost }) => cost.collected_at ?? []);
  const worst = (of: (rollup: CostRollup) => CostFinality['cost']) => {
    const all = rollups.map(of);
    if (all.every((status) => status === 'final')) return 'final';
    return all.every((status) => status === 'unknown') ? 'unknown' : 'partial';
  };
  return {
    status: isFinal ? 'final' : 'partial',
    estimated: rollups.some(({ cost }) => cost.estimated),
    computed_at: Math.max(...rollups.map(({ computed_at }) => computed_at)),
    revision: null,
    restated: null,
    cost: worst(({ cost }) => cost.status),
    collected_at: collected.length === 0 ? null : Math.min(...collected),
    sources: [...new Set(rollups.flatMap(({ cost }) => cost.sources))].sort(),
    traffic: worst(({ traffic }) => traffic.status),
    gaps: [...gaps],
    traffic_gaps: [],
  };
}

function unknown(gaps: readonly string[]): CostFinality {
  return {
    status: 'partial',
    estimated: true,
    computed_at: null,
    revision: null,
    restated: null,
    cost: 'unknown',
    collected_at: null,
    sources: [],
    traffic: 'unknown',
    gaps: [...gaps],
    traffic_gaps: [...gaps],
  };
}
