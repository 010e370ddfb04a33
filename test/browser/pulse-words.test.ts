import { describe, expect, test } from '@jest/globals';
import { eventName, freshnessOf, type Pulse, verdictOf } from '../../dashboard/page/pulse/pulse.ts';
import { endOfDay } from '../../dashboard/page/tokens/site-day.ts';
import { differences, type Token, usedWords } from '../../dashboard/page/tokens/token.ts';

const NOW = Date.UTC(2026, 1, 16, 12);
const MINUTE = 60_000;

const SOURCE = {
  feed: 'application.main',
  counted: true,
  active_requests: 0,
  newest_event: NOW - 10 * MINUTE,
  last_delivery: NOW - 10 * MINUTE,
};
const NOBODY: Pulse = {
  computed_at: NOW,
  window_minutes: 5,
  active_requests: 0,
  active_events: 0,
  active_visitors: 0,
  active_transfers: 0,
  recent_events: [],
  sources: [SOURCE],
  filtered: {},
};

describe('whether anyone is using the site', () => {
  test('yes, with what was measured and nothing that was not', () => {
    const busy = {
      ...NOBODY,
      active_requests: 1,
      active_events: 7,
      active_visitors: null,
      active_transfers: 2,
    };
    expect(verdictOf(busy, NOW)).toMatchObject({
      kind: 'yes',
      sentence: '1 request and 2 transfers in the last 5 minutes.',
    });
    expect(verdictOf({ ...NOBODY, active_events: 3, window_minutes: 60 }, NOW)).toMatchObject({
      kind: 'yes',
      sentence: '3 events in the last hour.',
    });
  });

  test('no, as long as somebody would have told', () => {
    expect(verdictOf(NOBODY, NOW).kind).toBe('no');
    const old = { ...SOURCE, newest_event: NOW - 61 * MINUTE };
    expect(verdictOf({ ...NOBODY, sources: [old] }, NOW).kind).toBe('silent');
    expect(verdictOf({ ...NOBODY, sources: [{ ...SOURCE, newest_event: null }] }, NOW).kind).toBe('silent');
  });

  test('what only another kind of source has told is no news of this one', () => {
    const others = [
      { ...SOURCE, newest_event: null },
      { ...SOURCE, counted: false },
    ];
    expect(verdictOf({ ...NOBODY, sources: others }, NOW).kind).toBe('silent');
  });

  test('not known where nothing reports while it happens', () => {
    const unknown = {
      active_requests: null,
      active_events: null,
      active_visitors: null,
      active_transfers: null,
    };
    expect(verdictOf({ ...NOBODY, ...unknown, sources: [] }, NOW).kind).toBe('unknown');
  });
});

test('a source is fresh within the time that is looked at, quiet for an hour, then stale', () => {
  const at = (minutes: number) => ({ ...SOURCE, newest_event: NOW - minutes * MINUTE });
  expect([4, 6, 59, 61].map((minutes) => freshnessOf(at(minutes), 5, NOW).kind)).toEqual([
    'fresh',
    'quiet',
    'quiet',
    'stale',
  ]);
  expect(freshnessOf(at(59), 60, NOW).kind).toBe('fresh');
  expect(freshnessOf({ ...SOURCE, newest_event: null }, 5, NOW).kind).toBe('stale');
});

test('events have names that people read, whatever the application calls them', () => {
  expect(['api_call', 'transfer_viewed', 'invoice_paid', null].map(eventName)).toEqual([
    'API call',
    'Transfer viewed',
    'Invoice paid',
    'Request',
  ]);
});

describe('tokens in words', () => {
  const token: Token = {
    token_name: 'community-x',
    usage_limit: 30,
    usage_count: 30,
    remaining: 0,
    status: 'exhausted',
    created_at: NOW,
    created_by: 'admin',
    expires_at: null,
    revoked_at: null,
    last_used_at: NOW,
    metadata: {},
    link: null,
  };

  test('no limit is not a limit of zero', () => {
    expect(usedWords(token)).toBe('30 of 30');
    expect(usedWords({ ...token, usage_limit: 0 })).toBe('30, unlimited');
  });

  test('what somebody else has changed is named; uses are no change', () => {
    expect(differences(token, { ...token, usage_count: 31, last_used_at: NOW + 1 })).toEqual([]);
    const changed: Token = { ...token, usage_limit: 0, status: 'active', expires_at: NOW };
    expect(differences(token, changed)).toEqual([
      'its limit was 30 and is unlimited',
      'it ends at another time',
      'it was used up and is active',
    ]);
  });

  test('a last day ends when it ends on the site, also where clocks change', () => {
    expect(new Date(endOfDay('2026-02-16', 'UTC')).toISOString()).toBe('2026-02-17T00:00:00.000Z');
    expect(new Date(endOfDay('2026-02-16', 'Asia/Kolkata')).toISOString()).toBe('2026-02-16T18:30:00.000Z');
    expect(new Date(endOfDay('2026-03-28', 'Europe/Berlin')).toISOString()).toBe('2026-03-28T23:00:00.000Z');
    expect(new Date(endOfDay('2026-03-29', 'Europe/Berlin')).toISOString()).toBe('2026-03-29T22:00:00.000Z');
    expect(new Date(endOfDay('2026-10-24', 'America/New_York')).toISOString()).toBe(
      '2026-10-25T04:00:00.000Z',
    );
  });
});
