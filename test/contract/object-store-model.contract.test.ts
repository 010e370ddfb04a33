import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answers, calls, type Model } from './object-store-model.ts';
import { DRIVERS, withStore } from './opened-drivers.ts';

describe.each(DRIVERS)('The driver $name', ({ open, remote, emptyFolders }) => {
  test('answers any sequence of calls as a map of keys to contents would', async () => {
    const property = fc.asyncProperty(calls({ folding: !emptyFolders }), (sequence) =>
      withStore(open, async (store) => {
        const model: Model = { contents: new Map(), past: new Map() };
        for (const call of sequence) {
          const [answer, expected] = await answers(store, model, call);
          expect({ call, answer }).toEqual({ call, answer: expected });
        }
      }),
    );
    await fc.assert(property, { numRuns: remote ? 25 : 200 });
  });
});
