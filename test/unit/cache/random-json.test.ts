import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { COMPACT, hashOfJsonText, reformJson, STORED } from '@sgraph-backbone/layer/cache';
import { seededRandom } from '../../stores/index.ts';

/**
 * The rule of the hash a second time, made the other way round: values are drawn, and written down twice, once as
 * some client might write them and once as the rule wants them. Nothing is parsed here.
 */
interface Drawn {
  readonly text: string;
  readonly canonical: string;
}

type Random = () => number;

/** Around the borders of escapes, of surrogates and of the order of code points. */
const POINTS = [
  0x00, 0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x1f, 0x20, 0x22, 0x2f, 0x41, 0x5c, 0x61, 0x7a, 0x7e, 0x7f, 0x80, 0xe9,
  0x2028, 0xd7ff, 0xe000, 0xfffd, 0xffff, 0x10000, 0x1f600, 0x10ffff,
];
const SHORT: Readonly<Record<number, string>> = {
  8: 'b',
  9: 't',
  10: 'n',
  12: 'f',
  13: 'r',
  34: '"',
  92: '\\',
};
const BLANKS = ['', '', '', ' ', '\n', '\t', '\r\n', '  '];

const below = (random: Random, bound: number) => Math.floor(random() * bound);
const pick = <T>(random: Random, from: readonly T[]): T => from[below(random, from.length)]!;

function units(point: number): number[] {
  const above = point - 0x10000;
  return above < 0 ? [point] : [0xd800 + (above >> 10), 0xdc00 + (above % 1024)];
}

function escaped(unit: number, upper = false): string {
  const hex = unit.toString(16).padStart(4, '0');
  return `\\u${upper ? hex.toUpperCase() : hex}`;
}

function drawPoints(random: Random): number[] {
  return Array.from({ length: below(random, 6) }, () => pick(random, POINTS));
}

function stringOf(points: readonly number[], random: Random): Drawn {
  const canonical = points.map((point) => {
    if (SHORT[point]) return `\\${SHORT[point]}`;
    return point >= 0x20 && point < 0x7f
      ? String.fromCodePoint(point)
      : units(point)
          .map((unit) => escaped(unit))
          .join('');
  });
  const text = points.map((point) => {
    const mustEscape = point < 0x20 || point === 0x22 || point === 0x5c;
    if (SHORT[point] && random() < 0.5) return `\\${SHORT[point]}`;
    if (point === 0x2f && random() < 0.5) return '\\/';
    const units16 = units(point)
      .map((unit) => escaped(unit, random() < 0.5))
      .join('');
    return mustEscape || random() < 0.5 ? units16 : String.fromCodePoint(point);
  });
  return { text: `"${text.join('')}"`, canonical: `"${canonical.join('')}"` };
}

/** Digits and exponent are drawn, so that the shortest form is known: up to 15 digits come back from a double. */
function drawFloat(random: Random): Drawn {
  const sign = random() < 0.3 ? '-' : '';
  if (random() < 0.05)
    return { text: `${sign}${pick(random, ['0.0', '0e5', '0.00', '0E-3'])}`, canonical: `${sign}0.0` };
  const count = 1 + below(random, 15);
  const digits = Array.from(
    { length: count },
    (_, at) => below(random, at === 0 || at === count - 1 ? 9 : 10) + (at === 0 || at === count - 1 ? 1 : 0),
  ).join('');
  const exponent = random() < 0.6 ? below(random, 26) - 7 : below(random, 580) - 290;
  const power = exponent - count + 1;
  const texts = [
    `${digits}e${power}`,
    `${digits}E${power < 0 ? power : `+${power}`}`,
    `${digits[0]}.${digits.slice(1)}0e${exponent}`,
    `0.000${digits}e${exponent + 4}`,
  ];
  return { text: sign + pick(random, texts), canonical: sign + printed(digits, exponent) };
}

function printed(digits: string, exponent: number): string {
  if (exponent < -4 || exponent >= 16) {
    const power = Math.abs(exponent) < 10 ? `0${Math.abs(exponent)}` : `${Math.abs(exponent)}`;
    return `${digits[0]}${digits.length > 1 ? '.' : ''}${digits.slice(1)}e${exponent < 0 ? '-' : '+'}${power}`;
  }
  const zeros = '0'.repeat(30);
  const all = zeros + digits + zeros;
  const point = 30 + exponent + 1;
  const whole = all.slice(0, point).replace(/^0+(?=\d)/, '');
  return `${whole}.${all.slice(point).replace(/0+$/, '') || '0'}`;
}

function drawInteger(random: Random): Drawn {
  const digits = Array.from({ length: 1 + below(random, 40) }, () => below(random, 10)).join('');
  const value = BigInt(digits) * (random() < 0.3 ? -1n : 1n);
  return { text: value === 0n && random() < 0.5 ? '-0' : String(value), canonical: String(value) };
}

function draw(random: Random, depth: number): Drawn {
  const kind = below(random, depth > 4 ? 5 : 8);
  if (kind === 0) return drawInteger(random);
  if (kind === 1 || kind === 2) return drawFloat(random);
  if (kind === 3) return stringOf(drawPoints(random), random);
  if (kind === 4) return both(pick(random, ['true', 'false', 'null']));
  return kind === 5 ? drawArray(random, depth) : drawObject(random, depth);
}

function both(text: string): Drawn {
  return { text, canonical: text };
}

function drawArray(random: Random, depth: number): Drawn {
  const items = Array.from({ length: below(random, 5) }, () => draw(random, depth + 1));
  const text = items.map((item) => blank(random) + item.text + blank(random)).join(',');
  return {
    text: `[${text || blank(random)}]`,
    canonical: `[${items.map((item) => item.canonical).join(', ')}]`,
  };
}

function drawObject(random: Random, depth: number): Drawn {
  const last = new Map<string, { readonly points: readonly number[]; readonly canonical: string }>();
  const texts: string[] = [];
  for (let left = below(random, 6); left > 0; left--) {
    const known = [...last.values()];
    const points = known.length > 0 && random() < 0.1 ? pick(random, known).points : drawPoints(random);
    const key = stringOf(points, random);
    const value = draw(random, depth + 1);
    texts.push(`${blank(random)}${key.text}${blank(random)}:${blank(random)}${value.text}${blank(random)}`);
    last.set(points.join(), { points, canonical: `${key.canonical}: ${value.canonical}` });
  }
  const sorted = [...last.values()].sort((a, b) => comparePoints(a.points, b.points));
  const canonical = sorted.map((member) => member.canonical).join(', ');
  return { text: `{${texts.join(',') || blank(random)}}`, canonical: `{${canonical}}` };
}

function comparePoints(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) if (a[at] !== b[at]) return a[at]! - b[at]!;
  return a.length - b.length;
}

function blank(random: Random): string {
  return pick(random, BLANKS);
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);

describe('Random JSON', () => {
  test('has the hash that the rule wants, 10,000 times', () => {
    const random = seededRandom(20261121);
    const wrong: unknown[] = [];
    for (let round = 0; round < 10_000; round++) {
      const { text, canonical } = draw(random, 0);
      if (hashOfJsonText(text) !== sha256(canonical)) wrong.push({ text, canonical });
    }
    expect(wrong.slice(0, 3)).toEqual([]);
  });

  test('keeps its hash in every other form, and what a client reads is what it wrote', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 2_000; round++) {
      const { text, canonical } = draw(random, 0);
      for (const form of [COMPACT, STORED]) {
        const other = reformJson(text, form);
        expect(hashOfJsonText(other)).toBe(sha256(canonical));
        // Python has no integer -0.
        expect(JSON.stringify(JSON.parse(other))).toBe(JSON.stringify(JSON.parse(text)));
      }
    }
  });
});
