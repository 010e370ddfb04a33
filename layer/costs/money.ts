/** Money, and quantities of usage, in integers of 10⁻¹²: sums are exact, whatever their order. */
export type Money = bigint;

/** Digits behind the point. AWS sends at most 10 in Cost Explorer. */
export const SCALE = 12;

const UNIT = 10n ** BigInt(SCALE);
const FORM = /^([+-]?)(\d{0,30})(?:\.(\d{0,60}))?(?:[eE]([+-]?\d{1,2}))?$/;

/** A text that is no decimal number. */
export class BadMoney extends Error {
  override readonly name = 'BadMoney';
}

/**
 * Reads a decimal text such as `0.0000004317` or `-1.5E-7`. Digits behind the twelfth, which no bill has but a
 * binary fraction in an export may have, are rounded half to even. Throws BadMoney.
 */
export function parseMoney(text: string): Money {
  return shortMoney(text) ?? longMoney(text);
}

const [MINUS, POINT, ZERO] = [45, 46, 48];
// Up to here numbers are exact integers, and so is what they are times ten.
const EXACT = Number.MAX_SAFE_INTEGER / 10 - 1;

/** Most amounts are short: read in numbers, five times as fast. Undefined of all others, malformed ones included. */
function shortMoney(text: string): Money | undefined {
  let units = 0;
  let digits = -1;
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === POINT && digits < 0 && at > start) digits = 0;
    else if (code >= ZERO && code < ZERO + 10 && units < EXACT) {
      units = units * 10 + (code - ZERO);
      if (digits >= 0) digits++;
    } else return undefined;
  }
  if (text.length === start || digits > SCALE) return undefined;
  const scaled = units * POWERS[SCALE - Math.max(0, digits)]!;
  if (scaled > Number.MAX_SAFE_INTEGER) return undefined;
  return BigInt(start === 1 ? -scaled : scaled);
}

const POWERS = Array.from({ length: SCALE + 1 }, (_, power) => 10 ** power);

function longMoney(text: string): Money {
  const [, sign, whole = '', fraction = '', exponent = '0'] = FORM.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '')
    throw new BadMoney(
      `${JSON.stringify(text.slice(0, 80))} is no amount; accepted: a decimal number such as 0.0000004317`,
    );
  const shift = SCALE - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  const units = shift >= 0 ? digits * 10n ** BigInt(shift) : divideEven(digits, 10n ** BigInt(-shift));
  return sign === '-' ? -units : units;
}

/** The shortest decimal text: no exponent, no zeros at the end. */
export function moneyText(money: Money): string {
  const units = money < 0n ? -money : money;
  const fraction = String(units % UNIT)
    .padStart(SCALE, '0')
    .replace(/0+$/, '');
  return `${money < 0n ? '-' : ''}${units / UNIT}${fraction === '' ? '' : `.${fraction}`}`;
}

/** The nearest floating-point number, for clients that expect one. Sums are never made of these. */
export function moneyNumber(money: Money): number {
  return Number(moneyText(money));
}

export function sumMoney(amounts: Iterable<Money>): Money {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
}

/** What one of `count` costs, rounded half to even; null where there are none, or where nobody counted them. */
export function shareOf(money: Money, count: number | null): Money | null {
  if (count === null || count <= 0) return null;
  const share = divideEven(money < 0n ? -money : money, BigInt(count));
  return money < 0n ? -share : share;
}

/** Both not negative. */
function divideEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  const isUp = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}
