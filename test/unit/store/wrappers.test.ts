import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore, openStore } from '@sgraph-backbone/layer/drivers';
import { bytesOf, rowsOf } from '../../contract/rows.ts';
import { aroundObjectStore, aroundStore, crashing, failing, recording } from '../../stores/index.ts';

/** Keys of 20 puts, some of which a wrapper refuses. */
async function putAll(view: ReturnType<typeof memoryObjectStore>): Promise<string[]> {
  const failed: string[] = [];
  for (let n = 10; n < 30; n++) {
    await view.put(`k${n}`, bytesOf('x')).catch((error: Error) => failed.push(`k${n} ${error.message}`));
  }
  return failed;
}

describe('Wrapper stores for tests', () => {
  test.each(['before', 'after'] as const)(
    'crashing dies %s the effect of its call, for good',
    async (when) => {
      const store = memoryObjectStore();
      const { around, calls } = crashing({ at: 3, when });
      const failed = await putAll(aroundObjectStore(store, around));
      expect(failed).toHaveLength(18);
      expect(calls()).toBe(20);
      expect(await rowsOf(store, '')).toEqual(when === 'before' ? ['k10', 'k11'] : ['k10', 'k11', 'k12']);
    },
  );

  test('failing fails before or after the effect, the same way for the same seed', async () => {
    const runs = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const store = memoryObjectStore();
        const failed = await putAll(aroundObjectStore(store, failing({ seed, rate: 0.5 })));
        return { failed, rows: await rowsOf(store, '') };
      }),
    );
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]).not.toEqual(runs[2]);
    const [{ failed, rows } = { failed: [], rows: [] }] = runs;
    expect(failed.filter((line) => line.endsWith('answer lost')).length).toBeGreaterThan(0);
    expect(rows).toHaveLength(20 - failed.filter((line) => line.endsWith('failed')).length);
  });

  test('failing with lost answers lets every write take effect', async () => {
    const store = memoryObjectStore();
    const around = failing({ seed: 3, rate: 0.5, lost: true });
    expect((await putAll(aroundObjectStore(store, around))).length).toBeGreaterThan(0);
    expect(await rowsOf(store, '')).toHaveLength(20);
  });

  test('recording keeps the calls of both halves, with the bytes as they were', async () => {
    const { around, calls } = recording();
    const store = aroundStore(await openStore('memory:'), around);
    const bytes = bytesOf('x');
    await store.data.put('a', bytes);
    bytes.fill(0);
    await store.observability.get('b');
    await rowsOf(store.data, '');
    await store.data.put('a', bytes, { ifNoneMatch: '*' }).catch(() => {});
    expect(calls.map(({ half, method, key }) => `${half} ${method} ${key}`)).toEqual([
      'data put a',
      'observability get b',
      'data list ',
      'data put a',
    ]);
    expect(calls[0]!.bytes).toEqual(bytesOf('x'));
    expect(calls[3]!.failed).toMatchObject({ reason: 'exists' });
  });
});
