import { tmpdir } from 'node:os';
import type { EventNormaliser, PrivateEvent } from '@sgraph-backbone/layer/events';
import { type Recorded, recordEvents } from '../../../lambdas/record-events/record-events.ts';
import { dayKeys, siteNormaliser } from '../../../lambdas/record-events/site-normaliser.ts';
import type { Around } from '../../stores/index.ts';
import { openSession, type World } from '../protocol/world.ts';

export interface RecordOptions {
  readonly around?: Around;
  /** Whether what was recorded is carried up to the year. @default true */
  readonly carried?: boolean;
  /** @default true */
  readonly marked?: boolean;
}

/** What the group commit of a server does with events, on a store that may fail or die. */
export async function record(
  world: World,
  events: readonly PrivateEvent[],
  { around, carried = true, marked = true }: RecordOptions = {},
): Promise<Recorded> {
  const session = await openSession(world, around);
  const { settings } = session.ingestOptions;
  const context = { pipeline: session.pipeline, settings, temporaryFolder: tmpdir(), marked };
  const recorded = await recordEvents(context, events);
  if (carried) await session.carryThrough();
  return recorded;
}

/** Posted events as they may be kept. */
export async function privateEvents(world: World, posted: readonly object[]): Promise<PrivateEvent[]> {
  const normaliser = await normaliserOf(world);
  const events: PrivateEvent[] = [];
  for (const one of posted) events.push(await normaliser.normalise(one));
  return events;
}

export async function normaliserOf(world: World): Promise<EventNormaliser> {
  const { pipeline, ingestOptions } = await openSession(world);
  return siteNormaliser(pipeline, ingestOptions, dayKeys());
}

const TYPES = ['page_view', 'api_call', 'file_download', 'file_upload', 'signed_up'];
const AGENTS = ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'curl/8.0', ''];

/** Events of an application between two instants, epoch ms: some without a visitor, some that are no request. */
export function postedEvents(count: number, from: number, to: number): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, index) => ({
    event_id: `event-${index}`,
    event_type: TYPES[index % TYPES.length],
    timestamp: Math.floor(from + ((to - from) * index) / count),
    ...(index % 7 === 6 ? {} : { method: index % 3 === 0 ? 'POST' : 'GET', path: `/page-${index % 4}` }),
    status_code: index % 5 === 0 ? 404 : 200,
    duration_ms: index * 3,
    content_bytes: 1_000 + index,
    ...(index % 4 === 3 ? {} : { ip: `192.0.2.${index % 9}` }),
    ...(AGENTS[index % 3] === '' ? {} : { user_agent: AGENTS[index % 3] }),
    ...(index % 6 === 0 ? { transfer_id: `transfer-${index % 3}` } : {}),
    ...(index % 8 === 0 ? { token: 'community-x' } : {}),
    ...(index % 10 === 0 ? { app: 'admin' } : {}),
  }));
}
