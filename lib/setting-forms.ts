import { isIP } from 'node:net';
import * as z from 'zod';

// Context comes from cdk.json with its JSON types and from `-c` as text: every form takes both.

/** A whole number between two bounds, both included. */
export function wholeNumber(least: number, most: number) {
  const form = `a whole number from ${least} to ${most}`;
  return z.preprocess(numberOf, z.int(form).min(least, form).max(most, form));
}

/** A number above 0. */
export function positiveNumber() {
  return z.preprocess(numberOf, z.number('a number above 0').positive('a number above 0'));
}

/** One of a few numbers. */
export function oneOfNumbers(...values: readonly number[]) {
  const form = `one of ${values.join(', ')}`;
  return z.preprocess(
    numberOf,
    z.number(form).refine((value) => values.includes(value), form),
  );
}

export function oneOf<const Values extends readonly [string, ...string[]]>(...values: Values) {
  return z.enum(values, `one of ${values.join(', ')}`);
}

export function text(pattern: RegExp, form: string) {
  return z.string(form).regex(pattern, form);
}

/** Texts, as a JSON list or separated by commas. */
export function listOf(pattern: RegExp, form: string) {
  const separated = (value: unknown) =>
    typeof value === 'string' ? value.split(/[\s,]+/).filter((entry) => entry !== '') : value;
  return z.preprocess(separated, z.array(text(pattern, form), form));
}

/** Addresses and CIDR ranges, separated by commas. */
export function addressRanges() {
  const form = 'addresses and CIDR ranges, separated by commas';
  return z.string(form).refine((value) => value.split(/[\s,]+/).every(isRange), form);
}

/** A folder in a bucket: no slash at either end. */
export function folder() {
  return text(/^$|^[\w.-]+(\/[\w.-]+)*$/, 'a folder such as sites/main, without slashes at its ends');
}

/** Name of a bucket. */
export function bucketName() {
  return text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of a bucket');
}

/** JSON, as text or as cdk.json holds it. */
export function json<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => (typeof value === 'string' ? parsed(value) : value), schema);
}

function numberOf(value: unknown): unknown {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch (error) {
    // What is not JSON is refused by the schema, which says what it wants.
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

function isRange(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}
