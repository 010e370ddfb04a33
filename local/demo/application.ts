import type { EventNormaliser, PrivateEvent } from '@sgraph-backbone/layer/events';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import { createTokens } from '@sgraph-backbone/layer/tokens';
import { postTransferEvent } from '@sgraph-backbone/layer/transfers';
import type { DemoRequest } from './demo-day.ts';
import type { Invitation } from './invitations.ts';
import type { Report } from './reports.ts';
import type { Told } from './told.ts';

export interface ApplicationContext {
  readonly data: ObjectStore;
  /** Epoch ms: the moment of what is being reported. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly normaliser: EventNormaliser;
  /** The day of the site's zone. */
  readonly dayOf: (ms: number) => string;
  /** Makes events durable. */
  readonly commit: (events: readonly PrivateEvent[]) => Promise<unknown>;
}

/** The application behind the demo's site: it reports requests, uses invitations, and tells what becomes of files. */
export interface Application {
  report(report: Report): Promise<void>;
  create(invitation: Invitation): Promise<void>;
  turn(invitation: Invitation, turn: Invitation['turns'][number]['turn']): Promise<void>;
  /** Commits what was reported since the last time. */
  commit(): Promise<void>;
}

export function createApplication({ commit, normaliser, ...context }: ApplicationContext): Application {
  const waiting: PrivateEvent[] = [];
  const sink = {
    take: async (events: readonly PrivateEvent[]) => {
      waiting.push(...events);
      return [];
    },
  };
  const tokens = createTokens({ ...context, sink, failed: rethrow });
  const posting = { ...context, sink, internal: normaliser.internal };

  async function use(told: Extract<Told, { token: string }>, { at, id, request }: Report): Promise<void> {
    const { token, action, transfer } = told;
    const about = { event_type: 'token_use', token, transfer_id: transfer, ...visitorOf(request) };
    const event = await normaliser.internal(defined({ event_id: id, timestamp: at, ...about }));
    await tokens.use(token, { action, use_id: id, day: context.dayOf(at), event });
  }

  async function tell(
    { transfer, ...told }: Extract<Told, { event: string }>,
    report: Report,
  ): Promise<void> {
    const { at, id, request } = report;
    const event = { event_id: id, timestamp: at, ...told, ...visitorOf(request) };
    await postTransferEvent(posting, transfer, event);
  }

  return {
    async report(report) {
      const { told } = report;
      if (told === undefined) waiting.push(await normaliser.normalise(callOf(report)));
      else if ('token' in told) await use(told, report);
      else await tell(told, report);
    },
    create: async ({ token }) => void (await tokens.create(token)),
    turn: async ({ token }, turn) => void (await tokens.turn(token.name, turn)),
    async commit() {
      await tokens.settled();
      const events = waiting.splice(0);
      if (events.length > 0) await commit(events);
    },
  };
}

function callOf({ at, id, request }: Report) {
  const { method, path, query, status, bytes, timeTaken, referrer } = request;
  return defined({
    event_id: id,
    timestamp: at,
    event_type: 'api_call',
    method,
    path: query === '' ? path : `${path}?${query}`,
    status_code: Number(status),
    duration_ms: timeTaken,
    content_bytes: bytes,
    referrer: referrer || undefined,
    ...visitorOf(request),
  });
}

/** The country as CloudFront tells it to the application behind it. */
function visitorOf({ address, country, agent }: DemoRequest) {
  return defined({ ip: address, country, user_agent: agent || undefined });
}

/** Members that are not known are not sent. */
function defined<T extends object>(members: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

function rethrow(error: unknown): never {
  throw error;
}
