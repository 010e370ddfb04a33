import { describe, expect, test } from '@jest/globals';
import { addressMatcher } from '@sgraph-backbone/layer/logs';
import { ingestSource } from '../../../lambdas/ingest/ingest.ts';
import { openSession, problemsAtRest, totalRequests } from '../protocol/world.ts';
import {
  changeSettings,
  complete,
  createSettled,
  importRequests,
  requestSource,
  rollup,
} from './requests.ts';

const NOW = '2026-02-18T00:00:00Z';

describe('own traffic', () => {
  test('is counted as excluded in the half-hour in which it happened, and nowhere else', async () => {
    const world = await createSettled(NOW, { exclude: [{ path: '/internal/*' }] });
    await importRequests(world, [
      { at: '2026-02-16T10:05:00Z' },
      { at: '2026-02-16T10:10:00Z', path: '/internal/a' },
      { at: '2026-02-16T10:40:00Z', path: '/internal/b' },
      { at: '2026-02-16T10:45:00Z', path: '/internal/b' },
    ]);
    expect((await rollup(world, '30min', '2026-02-16-1000'))?.measures.all).toMatchObject({
      total_requests: 1,
      excluded_requests: 1,
    });
    expect((await rollup(world, '30min', '2026-02-16-1030'))?.measures.all).toMatchObject({
      total_requests: 0,
      unique_visitors: 0,
      excluded_requests: 2,
    });
    expect((await rollup(world, 'yearly', '2026'))?.measures.all).toMatchObject({
      total_requests: 1,
      excluded_requests: 3,
    });
    expect((await rollup(world, 'daily', '2026-02-16'))?.measures.human.excluded_requests).toBeNull();
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('counts also where a whole file is excluded, and its half-hours become final', async () => {
    const world = await createSettled(NOW, { exclude: [{ host: 'send.example.org' }] });
    await importRequests(world, [{ at: '2026-02-16T10:05:00Z' }, { at: '2026-02-16T23:59:59Z' }]);
    await complete(world, '2026-02-16T00:00:00Z', '2026-02-17T00:00:00Z');
    expect(await rollup(world, 'daily', '2026-02-16')).toMatchObject({
      status: 'final',
      measures: { all: { total_requests: 0, excluded_requests: 2, total_bytes: 0, cache_hit_rate: null } },
    });
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('is excluded by rule for data that arrives after the rule', async () => {
    const world = await createSettled(NOW);
    await importRequests(world, [{ at: '2026-02-16T10:05:00Z', path: '/internal/a' }]);
    const before = (await rollup(world, 'daily', '2026-02-16'))?.rules_version;
    await changeSettings(world, { exclude: [{ path: '/internal/*' }] });
    await importRequests(world, [{ at: '2026-02-16T10:06:00Z', path: '/internal/a' }]);
    const after = await rollup(world, 'daily', '2026-02-16');
    expect(after?.measures.all).toMatchObject({ total_requests: 1, excluded_requests: 1 });
    expect(after?.rules_version).toHaveLength(2);
    expect(after?.rules_version).toContain(before?.[0]);
  });

  test('is excluded of a host of its own as well', async () => {
    const hosts = ['a.example', 'b.example'];
    const world = await createSettled(NOW, { hosts, exclude: [{ path: '/internal' }] });
    await importRequests(world, [
      { at: '2026-02-16T10:05:00Z', host: 'a.example', path: '/internal' },
      { at: '2026-02-16T10:06:00Z', host: 'c.example', path: '/internal' },
      { at: '2026-02-16T10:07:00Z', host: 'b.example' },
    ]);
    const excluded = async (host?: string) =>
      (await rollup(world, 'daily', '2026-02-16', host))?.measures.all.excluded_requests;
    expect([await excluded('a.example'), await excluded('b.example'), await excluded()]).toEqual([1, 0, 2]);
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('is recognised by its address, of either version', async () => {
    const world = await createSettled(NOW);
    const session = await openSession(world);
    const excludeAddress = addressMatcher(['198.51.100.0/25', '2001:db8:1::/48']);
    const addresses = ['198.51.100.127', '198.51.100.128', '2001:db8:1:ffff::1', '2001:db8:2::1'];
    const asked = addresses.map((address) => ({ at: '2026-02-16T10:05:00Z', address }));
    const options = { ...session.ingestOptions, distribution: 'EWORLD', excludeAddress };
    const answer = await ingestSource(session.pipeline, options, requestSource(asked));
    await session.carryThrough();
    expect(answer).toMatchObject({ outcome: 'ingested', excluded: 2, records_stored: 2 });
    expect((await rollup(world, 'daily', '2026-02-16'))?.measures.all.excluded_requests).toBe(2);
    expect(await totalRequests(world)).toBe(2);
  });
});
