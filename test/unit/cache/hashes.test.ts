import { describe, expect, test } from '@jest/globals';
import {
  BadContent,
  BadJson,
  hashOfBytes,
  hashOfJsonField,
  hashOfJsonText,
  hashOfString,
  JSON_DEPTH,
  NoSuchField,
} from '@sgraph-backbone/layer/cache';

/** Computed by the original service. */
const STRINGS: readonly [string, string][] = [
  ['community-x', '6849a71fcf48b141'],
  ['hello', '2cf24dba5fb0a30e'],
  ['é', '4a99557e4033c353'],
  ['日本語', '77710aedc74ecfa3'],
  ['😀', 'f0443a342c5ef547'],
  ['  padded  ', '3d4a55719d2ebc89'],
];

const TEXTS: readonly [string, string][] = [
  ['{}', '44136fa355b3678a'],
  ['{"b":"x","a":1}', 'ce5c626fb4030742'],
  ['{"a":1}', 'f9d86028c6e0d64e'],
  ['{"a":1.0}', '742609b207f0900a'],
  ['{"a":1e16}', 'df72b24597a4495a'],
  ['{"a":1e15}', '534a464af3b4dd71'],
  ['{"a":1e-7}', '608b20089680892f'],
  ['{"a":-0.0}', '2c9df1fc0151b8a9'],
  ['{"a":12345678901234567890}', 'c9925d2db366c16b'],
  ['{"a":[1,2,{"z":1,"y":2}]}', 'acd0529f62b0ba56'],
  ['{"\\uffff":1,"\\ud83d\\ude00":2}', 'bbf2181746efc73f'],
];

describe('The cache hash', () => {
  test.each(STRINGS)('of the string %j is %s', (text, hash) => {
    expect(hashOfString(text)).toBe(hash);
  });

  test.each(TEXTS)('of the JSON %s is %s', (text, hash) => {
    expect(hashOfJsonText(text)).toBe(hash);
  });

  test.each([
    ['true', '3cbc87c7681f34db'],
    ['2.0', 'd84bdb34d4eeef40'],
    ['42', '73475cb40a568e8d'],
    ['"hello"', '2cf24dba5fb0a30e'],
    ['{"b":"x","a":1}', 'ce5c626fb4030742'],
  ])('of the field %s is %s', (field, hash) => {
    expect(hashOfJsonField(`{"outer":{"field":${field}}}`, 'outer.field')).toBe(hash);
  });

  test('of bytes is that of the bytes, none included', () => {
    expect(hashOfBytes(Uint8Array.of(0, 1, 255))).toBe('26a66b061e8f48f3');
    expect(hashOfBytes(new Uint8Array())).toBe('e3b0c44298fc1c14');
  });

  test('is a longer or shorter part of another digest where that is asked for', () => {
    expect(hashOfString('community-x', { algorithm: 'md5', length: 10 })).toBe('2e5fc2e7fc');
    expect(hashOfString('community-x', { algorithm: 'sha384' })).toBe('73da6e4e6d62ba84');
    expect(hashOfString('community-x', { algorithm: 'sha384', length: 96 })).toHaveLength(96);
    expect(hashOfString('community-x', { algorithm: 'md5', length: 96 })).toHaveLength(32);
  });

  test('tells integers from floats, and not one blank or order of keys from another', () => {
    expect(hashOfJsonText('{"a":100}')).not.toBe(hashOfJsonText('{"a":1e2}'));
    expect(hashOfJsonText('{"a":100.0}')).toBe(hashOfJsonText('{"a":1e2}'));
    expect(hashOfJsonText('{"a":-0}')).toBe(hashOfJsonText('{"a":0}'));
    expect(hashOfJsonText(' { "b" : 2,\n"a":\t1 } ')).toBe(hashOfJsonText('{"a":1,"b":2}'));
  });

  test('counts the last of duplicate keys', () => {
    expect(hashOfJsonText('{"a":1,"b":2,"a":3}')).toBe(hashOfJsonText('{"b":2,"a":3}'));
  });

  test.each([
    '',
    '{',
    '{"a":1,}',
    '[1,]',
    '{a:1}',
    "{'a':1}",
    'NaN',
    '-Infinity',
    '01',
    '1.',
    '.5',
    '+1',
    '1e400',
  ])('is not made of %j', (text) => {
    expect(() => hashOfJsonText(text)).toThrow(BadJson);
  });

  test.each(['"a\nb"', '"\\x41"', '"open', '"\\', '{"a":1} x', 'nul', '{"a" 1}', '\ufeff{}', '"\\u12"'])(
    'is not made of the broken text %j',
    (text) => {
      expect(() => hashOfJsonText(text)).toThrow(BadJson);
    },
  );

  test('is made of as many levels as the limit names, and not of one more', () => {
    const nested = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
    expect(hashOfJsonText(nested(JSON_DEPTH))).toHaveLength(16);
    expect(() => hashOfJsonText(nested(JSON_DEPTH + 1))).toThrow(/1000 levels/);
    expect(() => hashOfJsonText(nested(10_000))).toThrow(BadJson);
  });

  test('is made of a string and of a number of many megabytes', () => {
    expect(hashOfJsonText(`"${'x'.repeat(20_000_000)}"`)).toHaveLength(16);
    expect(hashOfJsonText(`"${'\\n'.repeat(5_000_000)}"`)).toHaveLength(16);
    expect(hashOfJsonText('1'.repeat(5_000_000))).toHaveLength(16);
    expect(hashOfJsonText(`${' '.repeat(5_000_000)}[]`)).toBe(hashOfJsonText('[]'));
  });

  test('is not made of a field that is missing, null or empty, nor of an item of an array', () => {
    for (const text of ['{}', '{"a":null}', '{"a":""}', '{"b":{"a":1}}', '{"a":[1]}'])
      for (const path of text.includes('[') ? ['a.0'] : ['a', 'a.b'])
        expect(() => hashOfJsonField(text, path)).toThrow(NoSuchField);
    expect(() => hashOfJsonField('[1]', 'a')).toThrow(BadJson);
  });

  test('is not made of an empty string, nor of half a character', () => {
    expect(() => hashOfString('')).toThrow(BadContent);
    expect(() => hashOfString('\ud800')).toThrow(BadContent);
  });
});
