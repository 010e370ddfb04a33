import type { CollectorRun } from '@sgraph-backbone/layer/costs';
import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import { createCalendar } from '@sgraph-backbone/layer/rollups';
import { readSettings } from '@sgraph-backbone/layer/settings';
import { directSteps } from '../admin-api/pipeline/direct-steps.ts';
import type { Steps } from '../admin-api/steps.ts';
import { liveKeys } from '../archive/archive.ts';
import { auditedCollection } from '../collect-costs/audited-collection.ts';
import type { AskedDays } from '../collect-costs/collected-range.ts';
import type { IngestOptions } from '../ingest/ingest.ts';
import type { Operation } from './operations.ts';
import { type Begun, recutDays, reprocess } from './reprocess.ts';

export interface OperationContext {
  readonly pipeline: SitePipeline;
  readonly options: IngestOptions;
  /** Whether the rest has to wait for the next call. */
  readonly isEnough: () => boolean;
  /** Asks AWS for costs. Throws CollectionFailed. */
  readonly collectCosts: (asked: AskedDays) => Promise<CollectorRun>;
}

/** What a command answered, or how far it came. */
export type Outcome = { readonly answer: Operation['answer'] } | { readonly progress: object };

/**
 * Runs a command from where it was left. One that sums many objects stops when time is up; the others are done in one
 * go, and doing them again changes nothing.
 */
export async function runOperation(context: OperationContext, operation: Operation): Promise<Outcome> {
  const { pipeline, options } = context;
  const steps = directSteps({ pipeline, options, idle: async () => {} });
  const { request, actor } = operation;
  // Requests were checked by the route that took them.
  const asked = <Name extends keyof Steps>(_: Name) => request as Parameters<Steps[Name]>[0] as never;
  switch (operation.command) {
    case 'ingest':
      return ingestInTime(context, steps, operation);
    case 'reprocess':
      return reprocessInTime(context, operation);
    case 'consolidate':
      return { answer: await steps.consolidate(asked('consolidate')) };
    case 'aggregate':
      return { answer: await steps.aggregate(asked('aggregate')) };
    case 'archive':
      return { answer: await steps.archive(asked('archive')) };
    case 'settle':
      return { answer: await steps.settle(asked('settle'), actor) };
    case 'forget':
      return { answer: { objects: await steps.forget(asked('forget'), actor) } };
    case 'collect-costs':
      return { answer: await collectNow(context, operation) };
  }
}

/** Days that AWS does not give now are told in the answer: a repetition would ask, and pay, again. */
async function collectNow(context: OperationContext, { request, actor }: Operation) {
  const { data, now } = context.pipeline;
  const asked = request as AskedDays;
  return { ...(await auditedCollection(data, asked, { actor, at: now() }, context.collectCosts)) };
}

type IngestAnswer = Awaited<ReturnType<Steps['ingest']>>;

async function ingestInTime(
  { pipeline, isEnough }: OperationContext,
  steps: Steps,
  { request, progress }: Operation,
): Promise<Outcome> {
  const { keys: named, limit } = request as Parameters<Steps['ingest']>[0];
  const begun = progress as { keys: string[]; objects: IngestAnswer['objects'] } | null;
  const keys = [...(begun?.keys ?? named ?? (await liveKeys(pipeline, limit)))];
  const objects = [...(begun?.objects ?? [])];
  for (let key = keys.shift(); key !== undefined; key = keys.shift()) {
    objects.push(...(await steps.ingest({ keys: [key], limit: 1 })).objects);
    if (keys.length > 0 && isEnough()) return { progress: { keys, objects } };
  }
  return { answer: { objects, waiting: (await liveKeys(pipeline)).length } };
}

async function reprocessInTime(context: OperationContext, operation: Operation): Promise<Outcome> {
  const { data } = context.pipeline;
  const settings = await readSettings(data);
  const calendar = createCalendar(settings.timezone);
  const today = { ...context.pipeline, calendar, hosts: settings.hosts };
  const range = operation.request as { readonly from?: number; readonly to?: number };
  const { next, at, ...counts } = await reprocess(today, settings, range, {
    actor: operation.actor,
    temporaryFolder: context.options.temporaryFolder,
    begun: (operation.progress ?? undefined) as Begun | undefined,
    isEnough: context.isEnough,
  });
  if (next !== undefined) return { progress: { ...counts, next, at } };
  // A year of half-hours is more than one call can aggregate.
  await recutDays(today, range, (due) => today.messages.aggregate(due));
  return { answer: counts };
}
