import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { addDecimals, BillRefused, plainDecimal } from '../../../layer/bills/index.ts';
import { csv, cur, focus, linesOf, parquet, zipped } from './tables.ts';

describe('FOCUS 1.2', () => {
  const expected = {
    date: '2026-02-16',
    period: '2026-02',
    service: 'Amazon Simple Storage Service',
    region: 'eu-west-1',
    usage_type: 'EU-Requests-Tier1',
    charge: 'usage',
    correction: false,
    currency: 'USD',
    unblended: '0.0000004317',
    amortized: '0.0000004',
    quantity: '12',
    unit: 'Requests',
    estimated: true,
    account: '111122223333',
    tags: { project: 'send, and more' },
  };

  test('a line is the same from CSV, gzipped CSV and Parquet, in pieces of any size', async () => {
    for (const bytes of [csv([focus()]), csv([focus()], '\n'), zipped(csv([focus()])), parquet([focus()])])
      for (const piece of [1, 7, 65_536]) {
        const { facts, lines } = await linesOf(bytes, piece);
        expect(lines).toEqual([expected]);
        expect(facts).toMatchObject({ form: 'FOCUS 1.2', lines: 1 });
      }
  });

  test('credits, refunds and taxes are told apart, and corrections of closed periods are marked', async () => {
    const categories = ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'];
    const lines = categories.map((ChargeCategory) => focus({ ChargeCategory, ConsumedQuantity: '' }));
    const closed = focus({ ChargeClass: 'Correction', ChargePeriodStart: '2026-01-20T00:00:00Z' });
    const read = await linesOf(csv([...lines, closed]));
    expect(read.lines.map(({ charge }) => charge)).toEqual([
      'usage',
      'usage',
      'tax',
      'credit',
      'refund',
      'usage',
    ]);
    expect(read.lines[0]).not.toHaveProperty('quantity', expect.anything());
    expect(read.lines.at(-1)).toMatchObject({ correction: true, date: '2026-01-20', period: '2026-02' });
  });

  test('what is on an invoice is not estimated', async () => {
    const { lines } = await linesOf(csv([focus({ InvoiceId: '2026-02-0001' })]));
    expect(lines[0]).toMatchObject({ estimated: false });
  });

  test('a line without region, service or usage type says so', async () => {
    const bare = focus({ RegionId: '', ServiceName: '', x_UsageType: '', Tags: '', EffectiveCost: '' });
    const { lines } = await linesOf(csv([bare]));
    expect(lines[0]).toMatchObject({ region: 'global', service: 'Other', usage_type: 'Usage', tags: {} });
    expect(lines[0]).toMatchObject({ amortized: '0.0000004317' });
  });

  test('several row groups are read in their order', async () => {
    const many = Array.from({ length: 25 }, (_, at) => focus({ BilledCost: `${at}.5` }));
    const { lines } = await linesOf(parquet(many, 4));
    expect(lines.map(({ unblended }) => unblended)).toEqual(many.map(({ BilledCost }) => BilledCost));
  });
});

describe('CUR 2.0', () => {
  test('a line is the same from CSV and Parquet', async () => {
    for (const bytes of [csv([cur()]), parquet([cur()])]) {
      const { facts, lines } = await linesOf(bytes);
      expect(facts.form).toBe('CUR 2.0');
      expect(lines).toEqual([
        {
          date: '2026-02-16',
          period: '2026-02',
          service: 'Amazon Simple Storage Service',
          region: 'eu-west-1',
          usage_type: 'EU-TimedStorage-ByteHrs',
          charge: 'usage',
          correction: false,
          currency: 'USD',
          unblended: '0.00000012',
          amortized: '0.00000012',
          quantity: '3.5',
          unit: 'GB-Mo',
          estimated: true,
          account: '111122223333',
          tags: { user_project: 'send' },
        },
      ]);
    }
  });

  test('maps of Parquet are maps', async () => {
    const { product, resource_tags, ...flat } = cur();
    const names = Object.keys(flat);
    const map = (name: string) => [
      { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'MAP' } as const,
      { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 } as const,
      { name: 'key', type: 'BYTE_ARRAY', repetition_type: 'REQUIRED', converted_type: 'UTF8' } as const,
      { name: 'value', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL', converted_type: 'UTF8' } as const,
    ];
    const text = (name: string) =>
      ({ name, type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL', converted_type: 'UTF8' }) as const;
    const bytes = parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: names.length + 2 },
        ...names.map(text),
        ...map('product'),
        ...map('resource_tags'),
      ],
      columnData: [
        ...names.map((name) => ({ name, data: [flat[name]] as string[] })),
        { name: 'product', data: [JSON.parse(product!)] },
        { name: 'resource_tags', data: [JSON.parse(resource_tags!)] },
      ],
    });
    const { lines } = await linesOf(new Uint8Array(bytes));
    expect(lines[0]).toMatchObject({
      service: 'Amazon Simple Storage Service',
      tags: { user_project: 'send' },
    });
  });

  test.each([
    ['SavingsPlanCoveredUsage', { savings_plan_savings_plan_effective_cost: '0.7' }, '0.7'],
    ['DiscountedUsage', { reservation_effective_cost: '0.25' }, '0.25'],
    ['SavingsPlanNegation', {}, '0'],
    ['SavingsPlanUpfrontFee', {}, '0'],
    [
      'SavingsPlanRecurringFee',
      { savings_plan_total_commitment_to_date: '10', savings_plan_used_commitment: '9.999' },
      '0.001',
    ],
    [
      'RIFee',
      {
        reservation_unused_amortized_upfront_fee_for_billing_period: '0.01',
        reservation_unused_recurring_fee: '0.002',
      },
      '0.012',
    ],
    [
      'Fee',
      { reservation_reservation_a_r_n: 'arn:aws:ec2:eu-west-1:111122223333:reserved-instances/1' },
      '0',
    ],
    ['Fee', { reservation_reservation_a_r_n: '' }, '5'],
    ['Credit', {}, '5'],
  ])('what %s costs is spread over what it pays for', async (type, own, amortized) => {
    const line = cur({ line_item_line_item_type: type, line_item_unblended_cost: '5', ...own });
    expect((await linesOf(csv([line]))).lines[0]).toMatchObject({ unblended: '5', amortized });
  });

  test('taxes, credits and refunds are told apart; a service without a name goes by its code', async () => {
    const lines = ['Tax', 'Credit', 'Refund', 'EdpDiscount'].map((type) =>
      cur({ line_item_line_item_type: type, product: '', product_region_code: '', line_item_usage_type: '' }),
    );
    const read = await linesOf(csv(lines));
    expect(read.lines.map(({ charge }) => charge)).toEqual(['tax', 'credit', 'refund', 'usage']);
    expect(read.lines[0]).toMatchObject({ service: 'AmazonS3', region: 'global', usage_type: 'Tax' });
  });
});

describe('a file that can’t be counted as a whole', () => {
  const refused = async (bytes: Uint8Array, options?: { parquetBytes?: number }) => {
    const failure = await linesOf(bytes, 11, options).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(BillRefused);
    return failure as BillRefused;
  };

  test('a column that is missing is named', async () => {
    const { InvoiceId: _, ChargeClass: __, ...line } = focus();
    expect(await refused(csv([line]))).toMatchObject({
      code: 'missing-columns',
      message: expect.stringContaining(
        'This FOCUS 1.2 export lacks ChargeClass, InvoiceId',
      ) as unknown as string,
    });
  });

  test('another table is named, with what is accepted', async () => {
    expect((await refused(Buffer.from('a,b\n1,2\n'))).message).toContain('accepted are AWS Data Exports');
    expect((await refused(Buffer.from('lineItem/UnblendedCost\n1\n'))).message).toContain('legacy');
    expect((await refused(Buffer.from([0xff, 0xfe, 0x00, 0x01, 0x02]))).code).toBe('not-a-bill');
    expect((await refused(Buffer.from(''))).message).toContain('empty');
  });

  test.each([
    ['BilledCost', 'one dollar', 'a decimal'],
    ['BilledCost', '', 'a decimal'],
    ['BillingCurrency', 'dollars', 'a currency'],
    ['ChargePeriodStart', '16.02.2026', 'an instant'],
    ['ChargePeriodStart', '2026-02-30T00:00:00Z', 'an instant'],
    ['ChargeCategory', 'Gift', 'Usage, Purchase, Tax, Credit, Adjustment'],
    ['ChargeClass', 'Perhaps', 'Correction'],
    ['Tags', '[1]', 'a JSON object'],
  ])('%s that is "%s" is refused with row, column and accepted form', async (column, given, accepted) => {
    const failure = await refused(csv([focus(), focus({ [column]: given })]));
    expect(failure.message).toContain(`Row 3: ${column} is ${JSON.stringify(given)}; accepted: ${accepted}`);
  });

  test('rows that are no CSV are refused with their number', async () => {
    const whole = csv([focus()]).toString();
    expect((await refused(Buffer.from(`${whole}a,b\r\n`))).message).toBe(
      'Row 3 has 2 fields where the header has 17',
    );
    expect((await refused(Buffer.from(`${whole}a"b\n`))).message).toContain('Row 3 has a quote');
    expect((await refused(Buffer.from(`${whole}"a"b\n`))).message).toContain('behind a closing quote');
    expect((await refused(Buffer.from(`${whole}"a`))).code).toBe('truncated');
    expect((await refused(Buffer.from(`${whole}a\rb\n`))).message).toContain('carriage return');
  });

  test('files that end too early or are damaged are refused', async () => {
    const zip = zipped(csv([focus(), focus()]));
    expect((await refused(zip.subarray(0, zip.length - 9))).code).toBe('truncated');
    const broken = Buffer.from(zip);
    broken[30] = broken[30]! ^ 0xff;
    expect(['corrupt', 'malformed', 'not-a-bill', 'truncated']).toContain((await refused(broken)).code);
    const file = parquet([focus()]);
    expect((await refused(file.subarray(0, file.length - 20))).code).toBe('corrupt');
    expect((await refused(file, { parquetBytes: 100 })).code).toBe('too-large');
  });
});

describe('decimals', () => {
  test('keep every digit and lose none of their value', () => {
    expect(['4.317E-7', '1e3', '-0', '+.5', '007.10', '1.', '-12.5e1', ''].map(plainDecimal)).toEqual([
      '0.0000004317',
      '1000',
      '0',
      undefined,
      '7.1',
      undefined,
      '-125',
      undefined,
    ]);
  });

  test('a double’s shortest text reads back as the same double', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(Number(plainDecimal(String(value)))).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  test('sums are those of whole numbers, whatever the places', () => {
    const part = fc.tuple(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.nat({ max: 18 }));
    const text = ([value, places]: [bigint, number]) => plainDecimal(`${value}e-${places}`)!;
    fc.assert(
      fc.property(part, part, (a, b) => {
        const exact = a[0] * 10n ** BigInt(18 - a[1]) + b[0] * 10n ** BigInt(18 - b[1]);
        expect(addDecimals(text(a), text(b))).toBe(plainDecimal(`${exact}e-18`));
      }),
    );
  });
});
