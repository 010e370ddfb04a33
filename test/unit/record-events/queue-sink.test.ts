import { beforeEach, describe, expect, test } from '@jest/globals';
import type { PrivateEvent } from '@sgraph-backbone/layer/events';
import type { QueueEntry, SendBatch } from '@sgraph-backbone/layer/queues';
import { type EventMessage, queueSink } from '../../../lambdas/record-events/queue-sink.ts';

const SQS_BYTES = 262_144;

function eventsOf(count: number, path = '/'): PrivateEvent[] {
  return Array.from({ length: count }, (_, index) => ({
    event_id: `event-${index}`,
    event_type: 'page_view',
    timestamp: 1_772_446_200_000,
    app: 'main',
    source: 'application',
    method: 'GET',
    path,
    class: 'human',
  }));
}

/** A queue that keeps what it takes, and refuses the messages for which `refuses` says so. */
function queue(refuses: (entry: QueueEntry, request: number) => boolean = () => false) {
  const requests: (readonly QueueEntry[])[] = [];
  const taken: PrivateEvent[] = [];
  const send: SendBatch = async (entries) => {
    requests.push(entries);
    const refused = entries.filter((entry) => refuses(entry, requests.length));
    for (const entry of entries)
      if (!refused.includes(entry)) taken.push(...(entry.body as EventMessage).events);
    return refused.map((entry) => ({ entry, reason: 'InternalError' }));
  };
  return { requests, taken, send };
}

describe('events on their way to a queue', () => {
  let told: unknown[];
  const tell = (reason: unknown) => void told.push(reason);
  beforeEach(() => {
    told = [];
  });

  test('are in as few messages as its limits allow, each of them once', async () => {
    const { requests, taken, send } = queue();
    const events = eventsOf(1_000, `/${'ü'.repeat(500)}`);
    expect(await queueSink(send, tell).take(events)).toEqual([]);
    expect(taken.map(({ event_id }) => event_id).sort()).toEqual(
      events.map(({ event_id }) => event_id).sort(),
    );
    for (const entries of requests) {
      const bytes = entries.reduce((sum, { body }) => sum + Buffer.byteLength(JSON.stringify(body)), 0);
      expect(bytes).toBeLessThanOrEqual(SQS_BYTES);
      expect(entries.length).toBeLessThanOrEqual(10);
    }
    expect(requests.length).toBeLessThan(7);
  });

  test('that it does not take come back by their places, after a second try', async () => {
    const isOfThese = ({ body }: QueueEntry) =>
      (body as EventMessage).events.some(({ event_id }) => event_id === 'event-700');
    const { requests, taken, send } = queue(isOfThese);
    const events = eventsOf(1_000, `/${'a'.repeat(1_000)}`);
    const refused = await queueSink(send, tell).take(events);
    expect(refused).toContain(700);
    expect(told).toEqual(['InternalError', 'InternalError']);
    expect(refused.length).toBeLessThan(500);
    expect(taken).toHaveLength(1_000 - refused.length);
    expect(requests.filter((entries) => entries.some(isOfThese))).toHaveLength(2);
  });

  test('are taken at the second try where the first one fails', async () => {
    const { taken, send } = queue((_, request) => request === 1);
    expect(await queueSink(send, tell).take(eventsOf(10))).toEqual([]);
    expect(taken).toHaveLength(10);
    let asked = 0;
    const lost: SendBatch = async (entries) => {
      asked += 1;
      if (asked === 1) throw new Error('the connection was closed');
      return send(entries);
    };
    expect(await queueSink(lost, tell).take(eventsOf(5))).toEqual([]);
    const never: SendBatch = async () => {
      throw new Error('no queue there');
    };
    told = [];
    expect(await queueSink(never, tell).take(eventsOf(3))).toEqual([0, 1, 2]);
    expect(told.map(String)).toEqual(['Error: no queue there', 'Error: no queue there']);
  });

  test('that are none ask nothing of it', async () => {
    const { requests, send } = queue();
    expect(await queueSink(send, tell).take([])).toEqual([]);
    expect(requests).toEqual([]);
  });
});
