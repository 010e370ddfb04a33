import { addDecimals, type BilledLine, type Charge } from '@sgraph-backbone/layer/bills';
import type { CostLine, RecordType } from '@sgraph-backbone/layer/costs';

/** What one billing period charges for one day. */
export interface DayShare {
  readonly estimated: boolean;
  readonly lines: readonly ShareLine[];
}

export interface ShareLine extends CostLine {
  /** Carries Backbone's own tag. */
  readonly own: boolean;
}

/** By billing period, then by day. */
export type Shares = ReadonlyMap<string, Readonly<Record<string, DayShare>>>;

/** Which lines count, and which of them are Backbone's own. */
export interface LineFilter {
  readonly accounts: readonly string[];
  /** `key=value` */
  readonly tag?: string;
  readonly own_tag?: string;
}

interface Sum {
  readonly line: Omit<ShareLine, 'amount' | 'amortized' | 'usage_quantity'>;
  amount: string;
  amortized: string;
  usage_quantity: string | null;
}

interface DaySum {
  estimated: boolean;
  readonly sums: Map<string, Sum>;
}

export interface ShareSums {
  add(line: BilledLine): void;
  /** Takes over what another one has summed. */
  merge(other: ShareSums): void;
  readonly days: ReadonlyMap<string, DaySum>;
  /** Lines that change a period which was invoiced before. */
  readonly corrections: number;
}

const RECORD_TYPE: Readonly<Record<Charge, RecordType>> = {
  usage: 'charge',
  credit: 'credit',
  refund: 'refund',
  tax: 'tax',
};

/** Sums lines to what is told of them, to the last digit. */
export function createShareSums(filter: LineFilter): ShareSums {
  const days = new Map<string, DaySum>();
  let corrections = 0;
  const dayAt = (key: string) => {
    const day = days.get(key) ?? { estimated: false, sums: new Map<string, Sum>() };
    days.set(key, day);
    return day;
  };
  return {
    days,
    get corrections() {
      return corrections;
    },
    add(line) {
      if (!counts(line, filter)) return;
      if (line.correction) corrections += 1;
      const day = dayAt(`${line.period} ${line.date}`);
      day.estimated ||= line.estimated;
      addTo(day, shareOf(line, filter));
    },
    merge(other) {
      corrections += other.corrections;
      for (const [key, { estimated, sums }] of other.days) {
        const day = dayAt(key);
        day.estimated ||= estimated;
        for (const { line, ...amounts } of sums.values()) addTo(day, { ...line, ...amounts });
      }
    },
  };
}

/** The sums as they are kept. */
export function sharesOf({ days }: ShareSums): Shares {
  const shares = new Map<string, Record<string, DayShare>>();
  for (const [key, { estimated, sums }] of days) {
    const [period = '', date = ''] = key.split(' ');
    const own = shares.get(period) ?? {};
    own[date] = {
      estimated,
      lines: [...sums.values()].map(({ line, ...amounts }) => ({ ...line, ...amounts })),
    };
    shares.set(period, own);
  }
  return shares;
}

/** What several periods charge for the same day. */
export function sumOfShares(shares: readonly DayShare[]): DayShare {
  const day: DaySum = { estimated: shares.some(({ estimated }) => estimated), sums: new Map() };
  for (const { lines } of shares) for (const line of lines) addTo(day, line);
  return {
    estimated: day.estimated,
    lines: [...day.sums.values()].map(({ line, ...rest }) => ({ ...line, ...rest })),
  };
}

function addTo({ sums }: DaySum, share: ShareLine): void {
  const { amount, amortized, usage_quantity, ...line } = share;
  const { service, region, usage_type, record_type, currency, usage_unit, own } = line;
  const key = JSON.stringify([service, region, usage_type, record_type, currency, usage_unit, own]);
  const sum = sums.get(key);
  if (sum === undefined) {
    sums.set(key, { line, amount, amortized: amortized ?? amount, usage_quantity });
    return;
  }
  sum.amount = addDecimals(sum.amount, amount);
  sum.amortized = addDecimals(sum.amortized, amortized ?? amount);
  if (usage_quantity !== null) sum.usage_quantity = addDecimals(sum.usage_quantity ?? '0', usage_quantity);
}

function shareOf(line: BilledLine, { own_tag }: LineFilter): ShareLine {
  const record_type = RECORD_TYPE[line.charge];
  return {
    service: line.service,
    region: line.region,
    usage_type: line.usage_type,
    record_type,
    currency: line.currency,
    amount: line.unblended,
    amortized: line.amortized,
    usage_quantity: line.quantity ?? null,
    usage_unit: line.unit ?? null,
    own: own_tag !== undefined && record_type === 'charge' && carries(line, own_tag),
  };
}

function counts(line: BilledLine, { accounts, tag }: LineFilter): boolean {
  if (accounts.length > 0 && !accounts.includes(line.account ?? '')) return false;
  return tag === undefined || carries(line, tag);
}

/** Exports write `user:Project` or `user_project` for the tag `Project`. */
function carries({ tags }: BilledLine, tag: string): boolean {
  const cut = tag.indexOf('=');
  const [key, value] = [plainKey(tag.slice(0, cut)), tag.slice(cut + 1)];
  return Object.entries(tags).some(([name, held]) => held === value && plainKey(name) === key);
}

function plainKey(name: string): string {
  return name
    .replace(/^user[:_]/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_');
}
