import { LOCALE } from './locale.ts';

const WHOLE = new Intl.NumberFormat(LOCALE);
const COMPACT = new Intl.NumberFormat(LOCALE, { notation: 'compact', maximumSignificantDigits: 3 });
const ONE_DIGIT = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Shown instead of a value nobody measured; never 0. */
export const NOT_MEASURED = 'not measured';

export type Unit = 'count' | 'bytes' | 'percent' | 'ms';

/** A value as short as it stays honest: 98,765 in full, 1.23M beyond. */
export function short(value: number | null | undefined, unit: Unit = 'count'): string {
  if (value === null || value === undefined) return NOT_MEASURED;
  if (unit === 'bytes') return bytes(value);
  if (unit === 'percent') return `${ONE_DIGIT.format(value)} %`;
  if (unit === 'ms')
    return value >= 10_000 ? `${ONE_DIGIT.format(value / 1000)} s` : `${WHOLE.format(Math.round(value))} ms`;
  return Math.abs(value) < 100_000 ? WHOLE.format(value) : COMPACT.format(value);
}

/** A value with every digit, for explanations and tables. */
export function exact(value: number | null | undefined, unit: Unit = 'count'): string {
  if (value === null || value === undefined) return NOT_MEASURED;
  if (unit === 'bytes') return `${bytes(value)} (${WHOLE.format(value)} bytes)`;
  return unit === 'count' ? WHOLE.format(value) : short(value, unit);
}

/** A difference with its sign, also of more. */
export function signed(value: number, unit?: Unit): string {
  const size = Math.abs(value);
  const sign = value > 0 ? '+' : '−';
  if (unit !== undefined) return sign + short(size, unit);
  return sign + (size < 10 ? ONE_DIGIT : WHOLE).format(size < 10 ? size : Math.round(size));
}

/** A part of a whole in percent; empty where there is no whole. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '';
  const percent = (part / whole) * 100;
  return percent > 0 && percent < 0.1 ? '< 0.1 %' : `${ONE_DIGIT.format(percent)} %`;
}

/** For axes: as few characters as possible. */
export function axisValue(value: number, unit: Unit): string {
  if (unit === 'bytes') return bytes(value);
  return unit === 'percent' ? `${value} %` : COMPACT.format(value);
}

function bytes(value: number): string {
  const power = value < 1000 ? 0 : Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(value) / 3));
  const scaled = value / 1000 ** power;
  const shown = scaled < 100 ? scaled : Math.round(scaled);
  return `${ONE_DIGIT.format(power === 0 ? value : shown)} ${BYTE_UNITS[power]}`;
}
