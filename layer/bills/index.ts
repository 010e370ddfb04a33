export { type BillFault, BillRefused } from './bill-refused.ts';
export type { BilledLine, BillForm, Charge } from './billed-line.ts';
export { addDecimals, plainDecimal } from './decimal.ts';
export { type BillFacts, type BillOptions, readBill } from './read-bill.ts';
