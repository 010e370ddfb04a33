import type { EventSink, PrivateEvent } from '@sgraph-backbone/layer/events';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { createTokens, type NewToken, type Tokens, type TokenUse } from '@sgraph-backbone/layer/tokens';

export const NOON = Date.parse('2026-02-16T12:00:00Z');

/** A sink that keeps what it takes; `refuses`: what it does not take now. */
export function collecting(refuses: (event: PrivateEvent) => boolean = () => false) {
  const events: PrivateEvent[] = [];
  const sink: EventSink = {
    async take(given) {
      events.push(...given.filter((event) => !refuses(event)));
      return given.flatMap((event, index) => (refuses(event) ? [index] : []));
    },
  };
  /** Different ids of accepted uses: what the stream counts. */
  const used = () => new Set(events.filter(isUse).map(({ event_id }) => event_id)).size;
  return { sink, events, used };
}

function isUse({ event_type }: PrivateEvent): boolean {
  return event_type === 'token_use';
}

/** Tokens of a store whose clock stands still unless it is moved. */
export function tokensOn(data: ObjectStore, sink: EventSink = collecting().sink, clock = { now: NOON }) {
  const failures: unknown[] = [];
  const tokens = createTokens({ data, sink, now: () => clock.now, failed: (error) => failures.push(error) });
  return { tokens, failures, clock };
}

export function newToken(given: Partial<NewToken> = {}): NewToken {
  return {
    name: 'community-x',
    usage_limit: 0,
    expires_at: null,
    created_by: 'test',
    metadata: {},
    ...given,
  };
}

/** A use at an instant by a visitor. */
export function useOf(use_id: string, at = NOON, more: Partial<PrivateEvent> = {}): TokenUse {
  const event: PrivateEvent = {
    event_id: 'use',
    event_type: 'token_use',
    timestamp: at,
    app: 'main',
    source: 'application',
    class: 'human',
    ...more,
  };
  return { action: 'page_opened', use_id, day: new Date(at).toISOString().slice(0, 10), event };
}

/** Uses at once; what became of each, refusals to decide included. */
export function useAll(tokens: Tokens, ids: readonly string[], name = 'community-x') {
  return Promise.allSettled(ids.map((id) => tokens.use(name, useOf(id))));
}

export function idsOf(count: number, prefix = 'u'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
}
