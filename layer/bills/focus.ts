import { type BillRow, badValue, currencyIn, dayIn, decimalIn, mapIn, optionalDecimal } from './bill-row.ts';
import type { BilledLine, Charge } from './billed-line.ts';

/** Columns of FOCUS 1.2 without which a line can't be placed. */
export const FOCUS_COLUMNS = [
  'BilledCost',
  'BillingCurrency',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargePeriodStart',
  'InvoiceId',
  'ServiceName',
] as const;

/** What is read where an export has it. */
export const FOCUS_OPTIONAL = [
  'ConsumedQuantity',
  'ConsumedUnit',
  'EffectiveCost',
  'RegionId',
  'SkuMeter',
  'SubAccountId',
  'Tags',
  'x_UsageType',
] as const;

/** An adjustment is what the provider gives back or takes later: AWS's refunds. */
const CHARGES: Readonly<Record<string, Charge>> = {
  Usage: 'usage',
  Purchase: 'usage',
  Tax: 'tax',
  Credit: 'credit',
  Adjustment: 'refund',
};

/** A row of a FOCUS 1.2 export. Throws BillRefused. */
export function focusLine(row: BillRow): BilledLine {
  const category = row.text('ChargeCategory');
  const charge = CHARGES[category];
  if (charge === undefined) throw badValue(row, 'ChargeCategory', Object.keys(CHARGES).join(', '));
  const chargeClass = row.text('ChargeClass');
  if (chargeClass !== '' && chargeClass !== 'Correction')
    throw badValue(row, 'ChargeClass', 'Correction, or nothing');
  const unblended = decimalIn(row, 'BilledCost');
  return {
    date: dayIn(row, 'ChargePeriodStart'),
    period: dayIn(row, 'BillingPeriodStart').slice(0, 7),
    service: row.text('ServiceName') || 'Other',
    region: row.text('RegionId') || 'global',
    usage_type: row.text('x_UsageType') || row.text('SkuMeter') || category,
    charge,
    correction: chargeClass === 'Correction',
    currency: currencyIn(row, 'BillingCurrency'),
    unblended,
    amortized: optionalDecimal(row, 'EffectiveCost') ?? unblended,
    quantity: optionalDecimal(row, 'ConsumedQuantity'),
    unit: row.text('ConsumedUnit') || undefined,
    estimated: row.text('InvoiceId') === '',
    account: row.text('SubAccountId') || undefined,
    tags: mapIn(row, 'Tags'),
  };
}
