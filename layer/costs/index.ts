export { aggregateCosts, type CostsContext, readCostRollup } from './aggregate-costs.ts';
export {
  ANOMALY_FLOOR,
  type Anomaly,
  type AnomalyQuestion,
  type AnomalyService,
  findAnomalies,
  HISTORY_DAYS,
} from './anomalies.ts';
export { BadReading, checkReading } from './bad-reading.ts';
export {
  type CallCount,
  type CollectorError,
  type CollectorRun,
  type CollectorState,
  changeCollectorState,
  PRICE_OF_CALL,
  readCalls,
  readCollectorState,
  releaseCall,
  reserveCall,
} from './collector-state.ts';
export {
  addDays,
  costCalendar,
  daysBetween,
  firstOfMonth,
  monthOf,
  settledFrom,
  startOf,
} from './cost-calendar.ts';
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
export {
  type CostMonth,
  type CostVersion,
  currentVersion,
  readMonth,
  readReading,
  readVersion,
} from './cost-month.ts';
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
export { type Amounts, addAmounts, differenceOf } from './currency-amounts.ts';
export { childAmounts, type DayAmount, dayAmounts } from './day-amounts.ts';
export type { DayTraffic, ReadDayTraffic, SideStatus } from './day-traffic.ts';
export {
  BadMoney,
  type Money,
  moneyNumber,
  moneyText,
  parseMoney,
  SCALE,
  shareOf,
  sumMoney,
} from './money.ts';
export { collectorKey, costRollupKey, monthKey, readingKey } from './place.ts';
export {
  type CostDriver,
  costDrivers,
  type ExactCosts,
  type FlatCosts,
  type OtherCurrency,
  percentOf,
  presentCosts,
  type UnitCosts,
} from './present-costs.ts';
export {
  type BudgetForecast,
  type MonthComparison,
  type Projection,
  type ProjectionQuestion,
  projectionFrom,
  projectMonth,
} from './projection.ts';
export { sumCosts } from './sum-costs.ts';
export { unsettledDays } from './unsettled-days.ts';
export { type WrittenDay, writeReadings } from './write-readings.ts';
