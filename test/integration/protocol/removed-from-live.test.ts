import { describe, expect, test } from '@jest/globals';
import { OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { forget } from '../../../lambdas/corrections/forget.ts';
import type { Around, StoreCall } from '../../stores/index.ts';
import { linesBetween, logFile } from './log-files.ts';
import {
  createWorld,
  deliver,
  openSession,
  problemsAtRest,
  sweepWorld,
  totalRequests,
  type World,
} from './world.ts';

const START = Date.parse('2026-02-16T10:00:00Z');
const HOUR = 3_600_000;
const OTHER = logFile(linesBetween(4, START, START + HOUR, 2));

/** Lets somebody else work in front of the first call that is meant. */
function before(isMeant: (call: StoreCall) => boolean, other: () => Promise<unknown>): Around {
  let done = false;
  return async (call, run) => {
    if (!done && isMeant(call)) {
      done = true;
      await other();
    }
    return run();
  };
}

async function forgetA(world: World, around: Around): Promise<void> {
  const session = await openSession(world, around);
  const [answer] = await forget(session.pipeline, { location: '*a.gz' }, 'test');
  expect(answer).toMatchObject({ outcome: 'removed' });
  await session.carryThrough();
}

const isMoveOutOfLive = ({ method, key }: StoreCall) =>
  method === 'move' && key.startsWith(OBSERVABILITY.live);

const KEY = `${OBSERVABILITY.live}a.gz`;

describe('forget, while it takes a copy out of live/,', () => {
  test.each([
    {
      what: 'is overtaken by an archive that had looked before the marker was there',
      other: async ({ store }: World) => {
        const found = await store.observability.head(KEY);
        await store.observability.move(KEY, `${OBSERVABILITY.archive}a.gz`, { ifMatch: found!.etag });
      },
      left: 0,
    },
    {
      what: 'meets other content that has just been delivered there',
      other: async ({ store }: World) => void (await store.observability.put(KEY, OTHER)),
      left: 4,
    },
  ])('$what: the object is removed all the same', async ({ other, left }) => {
    const world = await createWorld(START + HOUR);
    world.files.set('a.gz', logFile(linesBetween(6, START, START + HOUR, 1)));
    await deliver(world, 'a.gz');
    await forgetA(
      world,
      before(isMoveOutOfLive, () => other(world)),
    );
    await sweepWorld(world);
    expect(await totalRequests(world)).toBe(left);
    expect(await problemsAtRest(world)).toEqual([]);
  });
});
