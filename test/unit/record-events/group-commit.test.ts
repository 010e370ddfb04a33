import { describe, expect, test } from '@jest/globals';
import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import { createLog } from '@sgraph-backbone/layer/runtime';
import { groupCommit } from '../../../local/group-commit.ts';

const eventOf = (event_id: string) => ({ event_id }) as PrivateEvent;
const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

function sink(commit: (events: readonly PrivateEvent[]) => Promise<unknown>, most?: number) {
  const logged: string[] = [];
  const log = createLog({ level: 'info', write: (line) => void logged.push(line), now: Date.now });
  return { ...groupCommit({ commit, gathering: 20, most, log }), logged };
}

describe('events that come within a moment of each other', () => {
  test('are committed together, and each is answered after its commit', async () => {
    const commits: string[][] = [];
    let durable = false;
    const { take } = sink(async (events) => {
      await sleep(20);
      commits.push(events.map(({ event_id }) => event_id));
      durable = true;
    });
    const answers = ['a', 'b', 'c'].map(async (id) => {
      const untaken = await take([eventOf(id)]);
      return [untaken, durable];
    });
    expect(await Promise.all(answers)).toEqual(Array(3).fill([[], true]));
    expect(commits).toEqual([['a', 'b', 'c']]);
  });

  test('wait for the commit before theirs, so that there is one at a time', async () => {
    let running = 0;
    let most = 0;
    const sizes: number[] = [];
    const { take } = sink(async (events) => {
      most = Math.max(most, ++running);
      await sleep(60);
      sizes.push(events.length);
      running -= 1;
    });
    const posts: Promise<unknown>[] = [];
    for (let index = 0; index < 40; index++) {
      posts.push(take([eventOf(`${index}`)]));
      await sleep(5);
    }
    await Promise.all(posts);
    expect(most).toBe(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(40);
    expect(sizes.length).toBeLessThan(10);
  });

  test('come back when they can not be written, and the next ones are tried again', async () => {
    let broken = true;
    const { take, logged } = sink(async () => {
      if (broken) throw new Error('no space left');
    });
    expect(await take([eventOf('a'), eventOf('b')])).toEqual([0, 1]);
    expect(logged.join()).toContain('no space left');
    broken = false;
    expect(await take([eventOf('a')])).toEqual([]);
  });

  test('come back when too many wait already', async () => {
    const { take } = sink(() => sleep(1), 3);
    const answers = await Promise.all([
      take([eventOf('a'), eventOf('b')]),
      take([eventOf('c'), eventOf('d'), eventOf('e')]),
      take([eventOf('f')]),
    ]);
    expect(answers).toEqual([[], [1, 2], [0]]);
    expect(await take([])).toEqual([]);
  });
});
