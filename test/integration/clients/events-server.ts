import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What the server does with one request; it answers as `POST /api/events` does. */
export type Behaviour =
  | 'accept'
  /** Takes the events, and the answer is lost. */
  | 'lose'
  /** Every second event is named in `retry`. */
  | 'partial'
  /** The first event is refused. */
  | 'refuse-one'
  | 'refuse-all'
  | 'too-large'
  | 'hang'
  | 'garbled'
  | { readonly status: number; readonly retryAfter?: number; readonly location?: string }
  /** Closes the connection on a larger body, unread. */
  | { readonly breaksBeyond: number }
  /** Answers 413 to a larger body. */
  | { readonly largest: number };

/** A server on loopback that keeps what it is sent by id. */
export interface EventsServer {
  readonly url: string;
  /** How often each id was taken. */
  readonly taken: Map<string, number>;
  /** Events of the last request that was read. */
  readonly last: () => readonly Record<string, unknown>[];
  /** Sizes of the requests, in events. */
  readonly requests: number[];
  readonly keys: Set<string | undefined>;
  /** Where requests went. */
  readonly paths: Set<string | undefined>;
  /** For the next requests, in order; then the last one for ever. */
  behave(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

export async function eventsServer(port = 0): Promise<EventsServer> {
  const taken = new Map<string, number>();
  const requests: number[] = [];
  const keys = new Set<string | undefined>();
  const paths = new Set<string | undefined>();
  let last: Record<string, unknown>[] = [];
  let behaviours: Behaviour[] = ['accept'];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const behaviour = behaviours.length > 1 ? behaviours.shift()! : behaviours[0]!;
    const bytes = Number(request.headers['content-length']);
    if (isObject(behaviour, 'breaksBeyond') && bytes > behaviour.breaksBeyond)
      return void request.socket.resetAndDestroy();
    const events = JSON.parse(await text(request)) as Record<string, unknown>[];
    paths.add(request.url);
    last = events;
    requests.push(events.length);
    keys.add(request.headers['x-api-key'] as string | undefined);
    if (behaviour === 'hang') return;
    const { status, headers, body, kept } = planned(behaviour, events, bytes);
    for (const { event_id } of kept) taken.set(String(event_id), (taken.get(String(event_id)) ?? 0) + 1);
    if (behaviour === 'lose') return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(behaviour === 'garbled' ? '{"accep' : JSON.stringify(body));
  }

  const server = createServer(
    (request, response) => void answer(request, response).catch(() => response.destroy()),
  );
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    taken,
    last: () => last,
    requests,
    keys,
    paths,
    behave: (...next) => {
      behaviours = next;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

interface Planned {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
  readonly kept: readonly Record<string, unknown>[];
}

/** Whether a behaviour is the one that has such a member. */
function isObject<Name extends string>(
  behaviour: Behaviour,
  name: Name,
): behaviour is Extract<Behaviour, Record<Name, unknown>> {
  return typeof behaviour === 'object' && name in behaviour;
}

function planned(behaviour: Behaviour, events: readonly Record<string, unknown>[], bytes: number): Planned {
  if (isObject(behaviour, 'status')) {
    const { status, retryAfter, location } = behaviour;
    const headers = {
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...(location !== undefined && { location }),
    };
    return { status, headers, body: { error: { code: 'planned' } }, kept: [] };
  }
  const isTooLarge = isObject(behaviour, 'largest')
    ? bytes > behaviour.largest
    : behaviour === 'too-large' && events.length > 10;
  if (isTooLarge) return { status: 413, body: { error: { code: 'too_large' } }, kept: [] };
  const all = events.map((_, index) => index);
  const retry = behaviour === 'partial' ? all.filter((index) => index % 2 === 1) : [];
  const refused = behaviour === 'refuse-one' ? [0] : behaviour === 'refuse-all' ? all : [];
  const kept = all.filter((index) => !retry.includes(index) && !refused.includes(index));
  const problems = refused.map((index) => ({ index, field: 'path', code: 'bad_form', problem: 'planned' }));
  if (kept.length === 0)
    return {
      status: 400,
      body: { error: { code: 'events_refused', details: { refused: problems } } },
      kept: [],
    };
  const accepted = kept.map((index) => ({ index, event_id: events[index]!.event_id }));
  return {
    status: 202,
    body: { accepted, refused: problems, retry },
    kept: kept.map((index) => events[index]!),
  };
}
