import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import type { EventNormaliser, PrivateEvent } from '@sgraph-backbone/layer/events';
import { listTokens, type Status, statusOf } from '@sgraph-backbone/layer/tokens';
import { readTransfer } from '@sgraph-backbone/layer/transfers';
import { createApplication, demoWeek, invitations, type Report } from '../../../local/demo/index.ts';
import { parsedLines } from './parsed-lines.ts';

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 21, 9, 30);
const week = demoWeek(NOW);

function transfersThat(event: string): Set<string> {
  return new Set(
    week.reports.flatMap(({ told }) =>
      told && 'event' in told && told.event === event ? [told.transfer] : [],
    ),
  );
}

describe('what the application of the demo reports', () => {
  test('is the same on every run, and of a day the same as the week moves on', () => {
    const idsOf = (reports: readonly Report[]) => reports.map(({ at, id }) => `${at} ${id}`);
    expect(idsOf(demoWeek(NOW).reports)).toEqual(idsOf(week.reports));
    const tomorrow = new Set(idsOf(demoWeek(NOW + DAY).reports));
    const kept = week.reports.filter(({ at }) => at >= week.start + 3 * DAY);
    expect(idsOf(kept).filter((id) => !tomorrow.has(id))).toEqual([]);
  });

  test('comes in order of time, each with an id of its own and none after now', () => {
    const times = week.reports.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(NOW);
    expect(new Set(week.reports.map(({ id }) => id)).size).toBe(week.reports.length);
  });

  test('agrees with the log of the same week: every upload in it was reported as complete', () => {
    const logged = week.files
      .flatMap(({ bytes }) => parsedLines(bytes))
      .filter((line) => line['cs-method'] === 'POST' && line['sc-status'] === '200')
      .flatMap((line) => /^\/transfers\/complete\/(\w+)$/.exec(line['cs-uri-stem']!)?.[1] ?? []);
    const reported = transfersThat('upload_completed');
    expect(logged.length).toBeGreaterThan(200);
    expect(logged.filter((id) => !reported.has(id))).toEqual([]);
  });

  test('tells views from downloads, and begun from completed ones', () => {
    const [viewed, started, completed] = ['viewed', 'download_started', 'download_completed'].map(
      transfersThat,
    );
    expect(viewed!.size).toBeGreaterThan(started!.size);
    expect(started!.size).toBeGreaterThanOrEqual(completed!.size);
    expect(completed!.size).toBeGreaterThan(100);
  });

  test('leaves out what failed: calls are reported with their status, and nothing else', () => {
    const failed = week.reports.filter(({ request }) => request.status >= '500');
    expect(failed.length).toBeGreaterThan(10);
    expect(failed.filter(({ told }) => told !== undefined)).toEqual([]);
  });
});

describe('the invitations of the demo', () => {
  const clock = { now: 0 };
  const data = memoryObjectStore({ now: () => clock.now });
  const committed: PrivateEvent[] = [];
  let ids = 0;

  const plain = async (event: { event_id?: string; event_type: string; timestamp?: number }) =>
    ({ app: 'main', source: 'application', class: 'human', ...event }) as PrivateEvent;

  async function play(): Promise<void> {
    const application = createApplication({
      data,
      now: () => clock.now,
      newId: () => `id-${++ids}`,
      normaliser: { normalise: plain, internal: plain } as EventNormaliser,
      dayOf: (ms) => new Date(ms).toISOString().slice(0, 10),
      commit: async (events) => void committed.push(...events),
    });
    const made = invitations(week.start);
    const all = [
      ...made.map((each) => ({ at: each.made, run: () => application.create(each) })),
      ...made.flatMap((each) =>
        each.turns.map(({ at, turn }) => ({ at, run: () => application.turn(each, turn) })),
      ),
      ...week.reports.map((report) => ({ at: report.at, run: () => application.report(report) })),
    ];
    for (const { at, run } of all.sort((a, b) => a.at - b.at)) {
      clock.now = at;
      await run();
    }
    clock.now = NOW;
    await application.commit();
  }

  test('end in every state there is, each use within its limit and with one event', async () => {
    await play();
    const { tokens } = await listTokens(data, { limit: 100 }, NOW);
    const statuses = new Set(tokens.map((token) => statusOf(token, NOW)));
    const every: Status[] = ['active', 'exhausted', 'expired', 'paused', 'revoked'];
    expect([...statuses].toSorted()).toEqual(every);
    for (const token of tokens) {
      const uses = committed.filter(
        (event) => event.event_type === 'token_use' && event.token === token.token_name,
      );
      expect([token.token_name, uses.length]).toEqual([token.token_name, token.usage_count]);
      if (token.usage_limit > 0) expect(token.usage_count).toBeLessThanOrEqual(token.usage_limit);
    }
    const turnedAway = committed.filter(({ event_type }) => event_type === 'token_rejected');
    expect(new Set(turnedAway.map(({ token }) => token)).size).toBeGreaterThanOrEqual(3);
  });

  test('and its transfers have histories', async () => {
    const [id] = transfersThat('download_completed');
    const found = await readTransfer(data, id!);
    expect(found?.stored).toMatchObject({ counts: { upload_completed: 1 } });
    expect(committed.filter(({ event_type }) => event_type === 'transfer_viewed').length).toBeGreaterThan(
      300,
    );
  });
});
