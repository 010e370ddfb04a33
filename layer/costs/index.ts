export type { CallCount, CollectorError, CollectorRun, CollectorState } from './collector-state.ts';
export {
  COST_SOURCES,
  type CostEntry,
  type CostLine,
  type CostReading,
  type CostSource,
  entriesOf,
  RECORD_TYPES,
  type RecordType,
} from './cost-entry.ts';
export type { CostMonth, CostVersion } from './cost-month.ts';
export {
  COST_PERIODS,
  type CostChild,
  type CostPeriod,
  type CostRestatement,
  type CostRollup,
  type CostRollupName,
  type CostSide,
  type CurrencyCosts,
  type Matched,
  type NamedAmount,
  type TrafficSide,
  type UsageAmount,
} from './cost-rollup.ts';
export type { DayTraffic, ReadDayTraffic, SideStatus } from './day-traffic.ts';
export {
  BadMoney,
  type Money,
  moneyNumber,
  moneyOfNumber,
  moneyText,
  parseMoney,
  SCALE,
  shareOf,
  sumMoney,
} from './money.ts';
