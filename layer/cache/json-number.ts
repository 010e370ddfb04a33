import { BadJson } from './errors.ts';

/** A number as the hash rule writes it; JSON texts tell `1` from `1.0`, and so do hashes. */
export interface JsonNumber {
  readonly number: string;
}

/** A JSON number as Python prints it: integers without bound, floats by their shortest digits. Throws BadJson beyond a double. */
export function jsonNumber(text: string): JsonNumber {
  if (!/[.eE]/.test(text)) return { number: text === '-0' ? '0' : text };
  const value = Number(text);
  if (!Number.isFinite(value)) throw new BadJson(`The number ${text.slice(0, 40)} is larger than a double`);
  return { number: pythonFloat(value) };
}

/** Exponents below -4 and from 16 on are written as such, with a sign and two digits. */
function pythonFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', power = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  return (value < 0 ? '-' : '') + (isFixed(exponent) ? fixed(digits, exponent) : scaled(digits, exponent));
}

function isFixed(exponent: number): boolean {
  return exponent >= -4 && exponent < 16;
}

function fixed(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${whole}.${digits.slice(exponent + 1) || '0'}`;
}

function scaled(digits: string, exponent: number): string {
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  const power = String(Math.abs(exponent)).padStart(2, '0');
  return `${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${power}`;
}
