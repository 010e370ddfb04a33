import { describe, expect, test } from '@jest/globals';
import { BadStoreInput } from '@sgraph-backbone/layer/store';
import fc from 'fast-check';
import { decodeMetadata, encodeMetadata } from '../../../layer/drivers/s3-metadata.ts';

const NOTHING = { writes: [], moved: undefined, gone: false };

describe('Metadata on S3', () => {
  test('of any names and values come back as they were, as headers that S3 takes', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.string({ unit: 'grapheme', maxLength: 6 }),
      fc.constantFrom(
        '',
        ' a',
        'a  b',
        'utf-8%C3',
        'backbone-gone',
        'Name',
        'a_b',
        'x-y',
        'ä€\u{1F600}',
        'a\nb',
      ),
    );
    const property = fc.property(fc.dictionary(text, text, { maxKeys: 4 }), (given) => {
      const metadata = { ...given };
      const encoded = encodeMetadata(metadata, NOTHING);
      for (const [name, value] of Object.entries(encoded)) {
        expect(name).toMatch(/^[a-z0-9-]+$/);
        expect(value).toMatch(/^[!-~]+( [!-~]+)*$/);
      }
      expect(decodeMetadata(encoded)).toEqual({
        own: NOTHING,
        ...(Object.keys(metadata).length > 0 && { metadata }),
      });
    });
    fc.assert(property, { numRuns: 500 });
  });

  test('that are plain are told to other programs as they are', () => {
    expect(encodeMetadata({ reason: 'not a log', 'two-words': 'x=1;y' }, NOTHING)).toEqual({
      reason: 'not a log',
      'two-words': 'x=1;y',
    });
  });

  test("of the driver's own are kept beside them", () => {
    const own = { writes: ['a', 'b'], moved: 'm', gone: true };
    expect(decodeMetadata(encodeMetadata({ x: 'y' }, own))).toEqual({ metadata: { x: 'y' }, own });
  });

  test('beyond 2,048 bytes are refused; older writes make room before', () => {
    const writes = Array.from({ length: 40 }, (_, n) => `write-${n}`);
    const kept = decodeMetadata(encodeMetadata({ x: 'y'.repeat(1_990) }, { writes })).own.writes;
    expect(kept).toEqual(writes.slice(0, kept.length));
    expect(kept.length).toBeGreaterThan(0);
    expect(decodeMetadata(encodeMetadata({}, { writes })).own.writes).toEqual(writes.slice(0, 16));
    expect(() => encodeMetadata({ x: 'y'.repeat(2_048) }, { writes })).toThrow(BadStoreInput);
    expect(() => encodeMetadata({ x: '€'.repeat(300) }, NOTHING)).toThrow('2048');
  });
});
