import { gzipSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { type BilledLine, type BillOptions, readBill } from '../../../layer/bills/index.ts';

export type Line = Readonly<Record<string, string | null>>;

/** A line of a FOCUS 1.2 export, as the specification describes it. */
export function focus(own: Line = {}): Line {
  return {
    BilledCost: '0.0000004317',
    BillingCurrency: 'USD',
    BillingPeriodEnd: '2026-03-01T00:00:00Z',
    BillingPeriodStart: '2026-02-01T00:00:00Z',
    ChargeCategory: 'Usage',
    ChargeClass: '',
    ChargeDescription: 'requests, "tier 1"',
    ChargePeriodStart: '2026-02-16T13:00:00Z',
    ConsumedQuantity: '12',
    ConsumedUnit: 'Requests',
    EffectiveCost: '0.0000004000',
    InvoiceId: '',
    RegionId: 'eu-west-1',
    ServiceName: 'Amazon Simple Storage Service',
    SubAccountId: '111122223333',
    Tags: '{"project":"send, and more"}',
    x_UsageType: 'EU-Requests-Tier1',
    ...own,
  };
}

/** A line of a CUR 2.0 export. */
export function cur(own: Line = {}): Line {
  return {
    bill_billing_period_start_date: '2026-02-01T00:00:00.000Z',
    bill_invoice_id: '',
    line_item_currency_code: 'USD',
    line_item_line_item_type: 'Usage',
    line_item_product_code: 'AmazonS3',
    line_item_unblended_cost: '1.2E-7',
    line_item_usage_account_id: '111122223333',
    line_item_usage_amount: '3.5',
    line_item_usage_start_date: '2026-02-16T13:00:00.000Z',
    line_item_usage_type: 'EU-TimedStorage-ByteHrs',
    pricing_unit: 'GB-Mo',
    product: '{"product_name":"Amazon Simple Storage Service"}',
    product_region_code: 'eu-west-1',
    resource_tags: '{"user_project":"send"}',
    ...own,
  };
}

export function csv(lines: readonly Line[], end = '\r\n'): Buffer {
  const names = Object.keys(lines[0]!);
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = [names, ...lines.map((line) => names.map((name) => line[name] ?? ''))];
  return Buffer.from(rows.map((row) => row.map(quoted).join(',') + end).join(''));
}

const NUMBERS = /Cost$|Quantity$|_cost$|_amount$/;
const INSTANTS = /Period(Start|End)$|_date$/;

/** With numbers as doubles and instants as timestamps, as AWS writes them. */
export function parquet(lines: readonly Line[], rowGroupSize = 2): Buffer {
  const columnData = Object.keys(lines[0]!).map((name) => {
    const of = (make: (text: string) => unknown) =>
      lines.map((line) => (line[name] ? make(line[name]) : null)) as never;
    if (NUMBERS.test(name)) return { name, data: of(Number), type: 'DOUBLE' as const, nullable: true };
    if (INSTANTS.test(name))
      return { name, data: of((text) => new Date(text)), type: 'TIMESTAMP' as const, nullable: true };
    return { name, data: of(String), type: 'STRING' as const, nullable: true };
  });
  return Buffer.from(parquetWriteBuffer({ columnData, rowGroupSize }));
}

/** All lines of a file, delivered in pieces of a few bytes. */
export async function linesOf(bytes: Uint8Array, piece = 7, options?: BillOptions) {
  const lines: BilledLine[] = [];
  const facts = await readBill(pieces(bytes, piece), (line) => lines.push(line), options);
  return { facts, lines };
}

async function* pieces(bytes: Uint8Array, size: number) {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

export const zipped = (bytes: Uint8Array) => gzipSync(bytes);
