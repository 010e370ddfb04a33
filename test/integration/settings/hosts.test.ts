import { describe, expect, test } from '@jest/globals';
import { problemsAtRest } from '../protocol/world.ts';
import { type Asked, changeSettings, complete, createSettled, importRequests, rollup } from './requests.ts';

const NOW = '2026-02-18T00:00:00Z';
const A = 'a.example';
const B = 'b.example';

const at = (clock: string, host: string, from = 1): Asked => ({ at: `2026-02-16T${clock}:00Z`, host, from });

describe('hosts with roll-ups of their own', () => {
  test('have the numbers of their requests in every period, and zero where there were none', async () => {
    const world = await createSettled(NOW, { hosts: [A, B] });
    await importRequests(world, [at('10:05', A, 1), at('10:06', A, 2), at('10:07', B, 2), at('11:00', A, 1)]);
    await complete(world, '2026-02-16T00:00:00Z', '2026-02-17T00:00:00Z');
    const measures = async (period: 'hourly' | 'daily', key: string, host?: string) =>
      (await rollup(world, period, key, host))?.measures.all;
    expect(await measures('daily', '2026-02-16', A)).toMatchObject({ total_requests: 3, unique_visitors: 2 });
    expect(await measures('daily', '2026-02-16', B)).toMatchObject({ total_requests: 1, unique_visitors: 1 });
    expect(await measures('daily', '2026-02-16')).toMatchObject({ total_requests: 4, unique_visitors: 2 });
    expect(await measures('hourly', '2026-02-16-11', B)).toMatchObject({ total_requests: 0 });
    expect(await rollup(world, 'yearly', '2026', A)).toMatchObject({ host: A, status: 'partial' });
    expect((await rollup(world, 'daily', '2026-02-16', B))?.status).toBe('final');
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('are a gap before they were named, not zero, even inside coverage', async () => {
    const world = await createSettled(NOW);
    await importRequests(world, [at('10:05', A), at('12:05', A)]);
    await changeSettings(world, { hosts: [A] });
    await importRequests(world, [at('10:35', A), at('14:05', A)]);
    await complete(world, '2026-02-16T00:00:00Z', '2026-02-17T00:00:00Z');
    expect((await rollup(world, 'daily', '2026-02-16'))?.status).toBe('final');
    expect(await rollup(world, 'hourly', '2026-02-16-10', A)).toMatchObject({
      status: 'partial',
      gaps: ['2026-02-16-1000'],
      measures: { all: { total_requests: 1 } },
    });
    expect(await rollup(world, 'daily', '2026-02-16', A)).toMatchObject({
      status: 'partial',
      gaps: ['2026-02-16-12'],
      measures: { all: { total_requests: 2 } },
    });
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('have no number for a half-hour of which only a part was read with their name', async () => {
    const world = await createSettled(NOW);
    await importRequests(world, [at('10:05', A), at('10:06', A)]);
    await changeSettings(world, { hosts: [A] });
    await importRequests(world, [at('10:07', A)]);
    const halfHour = await rollup(world, '30min', '2026-02-16-1000', A);
    expect(halfHour).toMatchObject({ status: 'partial', gaps: ['2026-02-16-1000'] });
    expect(halfHour?.measures.all.total_requests).toBeNull();
    expect((await rollup(world, '30min', '2026-02-16-1000'))?.measures.all.total_requests).toBe(3);
    expect((await rollup(world, 'daily', '2026-02-16', A))?.measures.all.total_requests).toBeNull();
    expect(await problemsAtRest(world)).toEqual([]);
  });

  test('lose the number of a half-hour into which something is read without their name', async () => {
    const world = await createSettled(NOW, { hosts: [A, B] });
    await importRequests(world, [at('10:05', A), at('10:06', B)]);
    await changeSettings(world, { hosts: [B] });
    await importRequests(world, [at('10:07', A), at('10:08', B)]);
    expect((await rollup(world, '30min', '2026-02-16-1000', B))?.measures.all.total_requests).toBe(2);
    expect(await problemsAtRest(world)).toEqual([]);
  });
});
