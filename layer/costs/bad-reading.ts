import { startOf } from './cost-calendar.ts';
import type { CostLine, CostReading, RecordType } from './cost-entry.ts';
import { parseMoney } from './money.ts';

/** A reading that can't be kept: a source has sent what it never sends. Nothing of its day is changed. */
export class BadReading extends Error {
  override readonly name = 'BadReading';
  readonly date: string;

  constructor(date: string, problem: string, options?: ErrorOptions) {
    super(`The costs of ${date} can't be read: ${problem}`, options);
    this.date = date;
  }
}

/** Throws BadReading for lines that are where they would be counted twice, and for texts that are no numbers. */
export function checkReading(reading: CostReading): void {
  const { date } = reading;
  try {
    startOf(date);
    for (const line of [...reading.by_region, ...reading.by_usage_type, ...(reading.own ?? [])])
      checkLine(line, isCharge);
    for (const line of reading.apart) checkLine(line, (type) => !isCharge(type));
  } catch (error) {
    throw new BadReading(date, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

const isCharge = (type: RecordType) => type === 'charge';

function checkLine(line: CostLine, belongs: (type: RecordType) => boolean): void {
  if (!belongs(line.record_type)) throw new Error(`${line.service} has a line of ${line.record_type} there`);
  if (!/^[A-Z]{3}$/.test(line.currency)) throw new Error(`"${line.currency}" is no currency such as USD`);
  parseMoney(line.amount);
  if (line.amortized !== null) parseMoney(line.amortized);
  if (line.usage_quantity !== null) parseMoney(line.usage_quantity);
}
