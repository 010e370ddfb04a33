import { sendTo } from '@sgraph-backbone/layer/queues';
import { readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';
import { ARCHIVE_DAYS, type Retention } from './expire.ts';
import type { Announce } from './sweep.ts';

const DAY = 86_400_000;

const source = z.strictObject({
  bucket: z.string().min(1),
  prefix: z.string().default(''),
  kind: z.enum(['standard', 'realtime']).default('standard'),
});
const SOURCES = 'a JSON list of {"bucket", "prefix", "kind": "standard" or "realtime"}';

const ENVIRONMENT = {
  BACKBONE_ARCHIVE_RETENTION_DAYS: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'a whole number of days, at least 1')
    .default(String(ARCHIVE_DAYS)),
  BACKBONE_SOURCE_BUCKETS: z
    .string()
    .default('[]')
    .transform((text, context) => {
      const read = z.array(source).safeParse(parsed(text));
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: SOURCES });
      return undefined as never;
    })
    .meta({ description: 'buckets that are listed again from 48 hours behind their newest name' }),
};

/** What the sweeper is told by its environment. Throws BadEnvironment. */
export function readSweepEnvironment(environment: Readonly<Record<string, string | undefined>>) {
  const read = readEnvironment(ENVIRONMENT, environment);
  const retention: Retention = { archive: Number(read.BACKBONE_ARCHIVE_RETENTION_DAYS) * DAY };
  return { retention, sources: read.BACKBONE_SOURCE_BUCKETS };
}

/** Sends what was found to the queue that events go to as well. */
export function announceTo(queueUrl: string): Announce {
  return (messages) =>
    sendTo(
      queueUrl,
      messages.map((body) => ({ body })),
    );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema refuses it with the accepted form.
    return undefined;
  }
}
