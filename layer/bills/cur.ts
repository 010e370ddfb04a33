import { type BillRow, currencyIn, dayIn, decimalIn, mapIn, optionalDecimal } from './bill-row.ts';
import type { BilledLine, Charge } from './billed-line.ts';
import { addDecimals, negated } from './decimal.ts';

/** Columns of CUR 2.0 without which a line can't be placed. */
export const CUR_COLUMNS = [
  'bill_billing_period_start_date',
  'bill_invoice_id',
  'line_item_currency_code',
  'line_item_line_item_type',
  'line_item_product_code',
  'line_item_unblended_cost',
  'line_item_usage_start_date',
  'line_item_usage_type',
] as const;

/** What is read where an export has it. */
export const CUR_OPTIONAL = [
  'line_item_usage_account_id',
  'line_item_usage_amount',
  'pricing_unit',
  'product',
  'product_region_code',
  'product_servicecode',
  'reservation_effective_cost',
  'reservation_reservation_a_r_n',
  'reservation_unused_amortized_upfront_fee_for_billing_period',
  'reservation_unused_recurring_fee',
  'resource_tags',
  'savings_plan_savings_plan_effective_cost',
  'savings_plan_total_commitment_to_date',
  'savings_plan_used_commitment',
] as const;

/** Everything else is what usage and purchases cost, discounts included. */
const CHARGES: Readonly<Record<string, Charge>> = { Tax: 'tax', Credit: 'credit', Refund: 'refund' };

/** A row of a CUR 2.0 export. Throws BillRefused. */
export function curLine(row: BillRow): BilledLine {
  const product = mapIn(row, 'product');
  const unblended = decimalIn(row, 'line_item_unblended_cost');
  const code = row.text('line_item_product_code');
  const type = row.text('line_item_line_item_type');
  return {
    date: dayIn(row, 'line_item_usage_start_date'),
    period: dayIn(row, 'bill_billing_period_start_date').slice(0, 7),
    service: product.product_name || row.text('product_servicecode') || code || 'Other',
    region: row.text('product_region_code') || 'global',
    usage_type: row.text('line_item_usage_type') || type,
    charge: CHARGES[type] ?? 'usage',
    // This table does not say so: what changes a closed period comes with the period itself.
    correction: false,
    currency: currencyIn(row, 'line_item_currency_code'),
    unblended,
    amortized: amortized(row, type, unblended),
    quantity: optionalDecimal(row, 'line_item_usage_amount'),
    unit: row.text('pricing_unit') || undefined,
    estimated: row.text('bill_invoice_id') === '',
    account: row.text('line_item_usage_account_id') || undefined,
    tags: mapIn(row, 'resource_tags'),
  };
}

/** As AWS defines it: commitments cost where they are used, and what is left of them on their own lines. */
function amortized(row: BillRow, type: string, unblended: string): string {
  const of = (column: string) => optionalDecimal(row, column);
  if (type === 'SavingsPlanCoveredUsage') return of('savings_plan_savings_plan_effective_cost') ?? unblended;
  if (type === 'DiscountedUsage') return of('reservation_effective_cost') ?? unblended;
  if (type === 'SavingsPlanNegation' || type === 'SavingsPlanUpfrontFee') return '0';
  if (type === 'SavingsPlanRecurringFee')
    return difference(
      of('savings_plan_total_commitment_to_date'),
      of('savings_plan_used_commitment'),
      unblended,
    );
  if (type === 'RIFee')
    return sum(
      of('reservation_unused_amortized_upfront_fee_for_billing_period'),
      of('reservation_unused_recurring_fee'),
      unblended,
    );
  return type === 'Fee' && row.text('reservation_reservation_a_r_n') !== '' ? '0' : unblended;
}

function difference(total: string | undefined, used: string | undefined, otherwise: string): string {
  return sum(total, used === undefined ? undefined : negated(used), otherwise);
}

function sum(a: string | undefined, b: string | undefined, otherwise: string): string {
  return a === undefined || b === undefined ? otherwise : addDecimals(a, b);
}
