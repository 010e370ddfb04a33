import { expect, test } from '@jest/globals';
import { createLogReader } from '@sgraph-backbone/layer/logs';
import { ingestSource } from '../../../lambdas/ingest/ingest.ts';
import { withReader } from '../../../lambdas/ingest/lent-reader.ts';
import { openSession } from '../../integration/protocol/world.ts';
import { createSettled, requestSource, rollup } from '../../integration/settings/requests.ts';

test('a reader is lent to one object at a time, and again when that is read or has failed', async () => {
  const reader = createLogReader();
  await withReader(reader, async (outer) => {
    expect(outer).toBe(reader);
    await withReader(reader, async (inner) => expect(inner).not.toBe(reader));
  });
  const failed = withReader(reader, () => Promise.reject(new Error('unreadable')));
  await expect(failed).rejects.toThrow('unreadable');
  await withReader(reader, async (again) => expect(again).toBe(reader));
});

test('objects that are read at the same time keep their own requests', async () => {
  const world = await createSettled('2026-02-18T00:00:00Z');
  const session = await openSession(world);
  const options = { ...session.ingestOptions, country: undefined, distribution: 'EWORLD' };
  const counts = [3, 40, 500];
  const sources = counts.map((count, at) =>
    requestSource(
      Array.from({ length: count }, () => ({ at: `2026-02-1${at + 1}T10:00:00Z`, from: at + 1 })),
    ),
  );
  await Promise.all(sources.map((source) => ingestSource(session.pipeline, options, source)));
  await session.carryThrough();
  const days = ['2026-02-11', '2026-02-12', '2026-02-13'];
  const found = await Promise.all(days.map((day) => rollup(world, 'daily', day)));
  expect(found.map((day) => day?.measures.all.total_requests)).toEqual(counts);
});
