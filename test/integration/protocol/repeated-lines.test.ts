import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { heldBatches } from '@sgraph-backbone/layer/derived';
import { listMarkers, removeObject } from '@sgraph-backbone/layer/ledger';
import fc from 'fast-check';
import { crashing, Killed } from '../../stores/index.ts';
import {
  createWorld,
  hashesOf,
  importFiles,
  openSession,
  problemsAtRest,
  rollupsOf,
  totalRequests,
  type World,
} from './world.ts';

const NOW = Date.parse('2026-03-02T12:00:00Z');
const FROM = Date.parse('2026-03-01T23:40:00Z') / 1000;
const HEADER =
  '#Fields: timestamp c-ip sc-status sc-bytes cs-host cs-uri-stem cs-user-agent x-edge-request-id';
const AGENTS = ['Mozilla/5.0%20Firefox/140.0', 'curl/8.0', '-'];

/** Real-time lines over midnight; every fourth has no address. */
const LINES = Array.from({ length: 24 }, (_, index) =>
  [
    `${FROM + index * 90}.${100 + index}`,
    index % 4 === 3 ? '-' : `192.0.2.${index % 7}`,
    index % 5 === 0 ? '404' : '200',
    1_000 + index,
    'send.example.org',
    `/page-${index % 3}?utm_source=mail`,
    AGENTS[index % AGENTS.length],
    `request-id-${index}`,
  ].join('\t'),
);

function realtimeFile(lines: readonly string[]): Uint8Array {
  return gzipSync(`${HEADER}\n${lines.join('\n')}\n`);
}

async function hashesOfOneFile(): Promise<Record<string, string>> {
  const world = await createWorld(NOW);
  world.files.set('all.gz', realtimeFile(LINES));
  await importFiles(world, ['all.gz']);
  return hashesOf(world);
}

/** Each element is a file: the numbers of its lines. */
function worldOf(world: World, deliveries: readonly (readonly number[])[]): string[] {
  return deliveries.map((numbers, index) => {
    world.files.set(`part-${index}.gz`, realtimeFile(numbers.map((number) => LINES[number] as string)));
    return `part-${index}.gz`;
  });
}

describe('real-time lines that are delivered more than once', () => {
  test('count once, in whatever files and in whatever order they come', async () => {
    const expected = await hashesOfOneFile();
    const anyLines = fc.array(fc.nat({ max: LINES.length - 1 }), { minLength: 1, maxLength: 12 });
    const deliveries = fc.array(anyLines, { maxLength: 4 });
    const order = fc.shuffledSubarray(
      LINES.map((_, index) => index),
      { minLength: LINES.length },
    );
    await fc.assert(
      fc.asyncProperty(deliveries, order, fc.nat(24), fc.boolean(), async (some, all, cut, together) => {
        const world = await createWorld(NOW);
        const names = worldOf(
          world,
          [all.slice(0, cut), ...some, all.slice(cut)].filter(({ length }) => length > 0),
        );
        if (together) await importFiles(world, names);
        else for (const name of names) await importFiles(world, [name]);
        expect(await hashesOf(world)).toEqual(expected);
        expect(await problemsAtRest(world)).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  test('are completed after a death by a command that is not told their fields', async () => {
    const fields = HEADER.slice('#Fields: '.length).split(' ');
    const totals: number[] = [];
    for (let at = 4; totals.at(-1) !== 6; at += 4) {
      const world = await createWorld(NOW);
      world.files.set('lines.gz', gzipSync(`${LINES.slice(0, 6).join('\n')}\n`));
      const { around } = crashing({ at, when: 'after' });
      await expect(importFiles(world, ['lines.gz'], { around, fields })).rejects.toThrow(Killed);
      const begun = await listMarkers(world.store.data);
      await importFiles(world, []);
      totals.push(await totalRequests(world));
      expect(totals.at(-1)).toBe(begun.length > 0 ? 6 : 0);
      expect(await problemsAtRest(world)).toEqual([]);
    }
    expect(totals[0]).toBe(0);
  });

  test('are a feed of their own, with the query of their path', async () => {
    const world = await createWorld(NOW);
    await importFiles(world, worldOf(world, [[0, 1, 2]]));
    const [half] = await rollupsOf(world);
    expect(half).toMatchObject({ feed: 'realtime.EWORLD', measures: { all: { total_requests: 3 } } });
    expect(Object.values(half?.top ?? {}).flatMap(({ utm_source }) => utm_source?.value ?? [])).toContain(
      'mail',
    );
    expect(Object.values(half?.top ?? {}).flatMap(({ host }) => host?.value ?? [])).toContain(
      'send.example.org',
    );
  });

  test('count from the copy that stays when the object with the other one is removed', async () => {
    const world = await createWorld(NOW);
    const [first, second] = await importFiles(
      world,
      worldOf(world, [
        [0, 1, 2, 3],
        [2, 3, 4],
      ]),
    );
    expect(await totalRequests(world)).toBe(5);
    for (const [removed, left] of [
      [first, 3],
      [second, 0],
    ] as const) {
      const session = await openSession(world);
      const context = { ...session.pipeline, heldBatches: heldBatches(session.pipeline.data) };
      await removeObject(context, removed?.object_id ?? '');
      await session.carryThrough();
      expect(await totalRequests(world)).toBe(left);
    }
    expect(await problemsAtRest(world)).toEqual([]);
  });
});
