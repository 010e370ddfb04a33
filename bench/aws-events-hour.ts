import { createRecordEventsHandler } from '../lambdas/record-events/handler.ts';
import { type EventMessage, messagesOf } from '../lambdas/record-events/queue-sink.ts';
import { dayKeys, siteNormaliser } from '../lambdas/record-events/site-normaliser.ts';
import { createRandom, type Random } from '../local/demo/random.ts';
import { type Bench, HOUR, type MeasuredHour, queued, START, secondHour, sumsOf } from './aws-hour.ts';

/** An hour in which an application reports, measured over the real steps. */
export interface MeasuredEvents extends Omit<MeasuredHour, 'objects' | 'requests'> {
  readonly events: number;
  readonly posts: number;
}

/** How long messages are gathered before the function is called with them, ms. */
const WINDOW = 20_000;
/** What SQS bills as one request. */
const CHUNK = 65_536;

/** Runs two hours of posts through the API's part and the steps, and measures the second. */
export async function measureEvents(posts: number, each: number): Promise<MeasuredEvents> {
  const random = createRandom('an hour of events on AWS');
  const hour = await secondHour((bench) => {
    const post = poster(bench);
    for (let number = 0; number < 2 * posts; number++)
      bench.timetable.add(START + (number * HOUR) / posts, () =>
        post(Array.from({ length: each }, () => eventOf(random))),
      );
  });
  return { events: posts * each, posts, ...hour };
}

/** Normalises as the API does, and hands to the queue, which gathers. */
function poster(bench: Bench): (events: readonly unknown[]) => Promise<void> {
  const { timetable, meter, sqs } = bench;
  const { open } = sumsOf(bench);
  const keys = dayKeys();
  let waiting: EventMessage[] = [];
  const record = createRecordEventsHandler(async () => {
    const { pipeline, options } = await open();
    const { settings, temporaryFolder } = options;
    return { pipeline, settings, temporaryFolder, marked: false };
  });
  const recordWaiting = () => {
    const Records = waiting.flatMap((body) => queued(body).Records);
    waiting = [];
    return meter.step('record-events', () => record({ Records }));
  };
  return (events) =>
    meter.step('admin-api', async () => {
      const { pipeline, options } = await open();
      const normaliser = siteNormaliser(pipeline, options, keys);
      const kept = await Promise.all(events.map((event) => normaliser.normalise(event)));
      if (waiting.length === 0) timetable.add(timetable.now() + WINDOW, recordWaiting);
      for (const { body, bytes } of messagesOf(kept)) {
        // Sent, received and deleted.
        sqs.standard += 2 * Math.ceil(bytes / CHUNK) + 1;
        waiting.push(body);
      }
    });
}

function eventOf(random: Random): unknown {
  return {
    event_type: random.integer(20) === 0 ? 'file_download' : 'page_view',
    method: 'GET',
    path: `/download/${random.integer(200)}`,
    status_code: 200,
    duration_ms: 5 + random.integer(200),
    content_bytes: random.integer(100_000),
    ip: `192.0.2.${random.integer(250)}`,
    user_agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0',
    country: 'PT',
    transfer_id: `transfer-${random.integer(500)}`,
  };
}
