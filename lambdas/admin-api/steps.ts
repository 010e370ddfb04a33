import { schema as z } from '@sgraph-backbone/layer/runtime';

// Answers keep the predecessor's names (measures.md, section 5), so that its clients can read them.

const windowOfFeed = z.object({
  feed: z.string(),
  window: z.string().meta({ description: 'window key, such as 2026-02-16/14-30' }),
});
const instant = z.int().meta({ description: 'epoch milliseconds' });

export const ingestRequest = z.strictObject({
  keys: z
    .array(z.string().min(1))
    .max(1_000, 'at most 1,000 keys')
    .optional()
    .meta({ description: 'log objects below live/; without them, whatever waits' }),
  limit: z.int().min(1, '1 to 1,000').max(1_000, '1 to 1,000').default(100),
});

export const ingestAnswer = z.object({
  objects: z.array(
    z.object({
      log_file_key: z.string(),
      outcome: z.enum(['ingested', 'already_known', 'replaced', 'empty', 'refused']),
      object_id: z.string().nullable(),
      records_parsed: z.int(),
      records_stored: z.int(),
      quarantined: z.int(),
      cache_prefix: z.string().nullable().meta({ description: 'where the raw batches of its feed lie' }),
      windows: z.array(windowOfFeed),
      errors: z.array(z.string()),
    }),
  ),
  waiting: z.int().meta({ description: 'log objects that are still unprocessed' }),
});

export const consolidateRequest = z.strictObject({
  windows: z
    .array(z.strictObject({ feed: z.string(), window: z.string() }))
    .max(1_000, 'at most 1,000 windows')
    .optional()
    .meta({ description: 'without them, whatever is pending' }),
});

export const consolidateAnswer = z.object({
  windows: z.array(
    z.object({
      feed: z.string(),
      window: z.string(),
      period_start: instant,
      period_end: instant,
      total_requests: z.int().nullable(),
      unique_paths: z.int().nullable(),
      unique_agents: z.int().nullable(),
      unique_edges: z.int().nullable(),
      status_breakdown: z.record(z.string(), z.int()).nullable(),
      top_paths: z.array(z.object({ path: z.string(), count: z.int(), bytes: z.number().nullable() })),
      edge_distribution: z.record(z.string(), z.int()),
      cache_hit_rate: z.number().nullable(),
      total_bytes: z.number().nullable(),
      batches: z.int(),
      content_hash: z.string(),
    }),
  ),
});

export const aggregateRequest = z.strictObject({
  rollups: z
    .array(z.strictObject({ feed: z.string(), period: z.string(), time_key: z.string() }))
    .max(1_000, 'at most 1,000 roll-ups')
    .optional()
    .meta({ description: 'without them, whatever is pending or lies inside coverage and is not final' }),
});

export const aggregateAnswer = z.object({
  rollups: z.array(
    z.object({
      feed: z.string(),
      period: z.string(),
      time_key: z.string(),
      status: z.enum(['partial', 'final']),
      revision: z.int(),
      content_hash: z.string(),
      written: z.boolean().meta({ description: 'false: it held this already' }),
    }),
  ),
});

export const archiveRequest = z.strictObject({
  keys: z.array(z.string().min(1)).max(1_000, 'at most 1,000 keys').optional(),
  limit: z.int().min(1, '1 to 1,000').max(1_000, '1 to 1,000').default(1_000),
});

export const archiveAnswer = z.object({
  archived: z.array(z.object({ from: z.string(), to: z.string() })),
  kept: z.array(z.object({ key: z.string(), reason: z.string() })),
});

const stepStatus = z.object({
  waiting: z.int().nullable(),
  processed: z.int().nullable().meta({ description: 'null: not measured here' }),
  refused: z.int().nullable(),
  quarantined: z.int().nullable(),
  last_run: instant.nullable(),
  last_error: z.object({ at: instant, message: z.string() }).nullable(),
});

export const statusAnswer = z.object({
  steps: z.object({
    ingest: stepStatus,
    'record-events': stepStatus,
    consolidate: stepStatus,
    aggregate: stepStatus,
    archive: stepStatus,
    sweep: stepStatus,
  }),
  feeds: z.array(
    z.object({
      feed: z.string(),
      coverage: z.array(z.object({ start: instant, end: instant })),
      newest_event: instant.nullable(),
      last_delivery: instant.nullable(),
      hosts: z.array(z.string()).optional().meta({ description: 'that have roll-ups of their own' }),
    }),
  ),
  key_file: z
    .string()
    .optional()
    .meta({ description: 'where the machine that answers keeps its admin key, if it does' }),
});

export const forgetRequest = z.strictObject({
  object_id: z
    .string()
    .regex(/^(\d{13}-)?[0-9a-f]{32}$/, '32 hex digits')
    .optional()
    .meta({ description: 'one object' }),
  location: z.string().min(1).optional().meta({ description: 'objects that were seen there; * is any text' }),
});

export const forgetAnswer = z.object({
  objects: z.array(
    z.object({
      object_id: z.string(),
      location: z.string().optional(),
      outcome: z.enum(['removed', 'location_removed', 'not_active', 'refused']),
      records: z.int(),
      reason: z.string().optional(),
    }),
  ),
});

export const reprocessRequest = z.strictObject({
  from: instant.optional().meta({ description: 'event time, inclusive' }),
  to: instant.optional().meta({ description: 'event time, exclusive' }),
});

export const reprocessAnswer = z.object({
  summed: z.int().meta({ description: 'objects summed again' }),
  kept: z.int().meta({ description: 'objects that keep their sums: raw data has expired' }),
});

export const settleRequest = z.strictObject({
  feed: z.string(),
  from: instant.optional().meta({ description: 'default: where coverage ends' }),
  through: instant,
});

export const settleAnswer = z.object({ start: instant, end: instant, settled: z.int() });

/** The pipeline as the API sees it; what runs it stands behind: the same handlers locally, queues on AWS. */
export interface Steps {
  ingest(request: z.infer<typeof ingestRequest>): Promise<z.infer<typeof ingestAnswer>>;
  consolidate(request: z.infer<typeof consolidateRequest>): Promise<z.infer<typeof consolidateAnswer>>;
  aggregate(request: z.infer<typeof aggregateRequest>): Promise<z.infer<typeof aggregateAnswer>>;
  archive(request: z.infer<typeof archiveRequest>): Promise<z.infer<typeof archiveAnswer>>;
  /** `actor`: who the audit entry names. */
  forget(
    target: { readonly object_id: string } | { readonly location: string },
    actor: string,
  ): Promise<z.infer<typeof forgetAnswer>['objects']>;
  reprocess(range: z.infer<typeof reprocessRequest>, actor: string): Promise<z.infer<typeof reprocessAnswer>>;
  settle(claim: z.infer<typeof settleRequest>, actor: string): Promise<z.infer<typeof settleAnswer>>;
  status(): Promise<z.infer<typeof statusAnswer>>;
}
