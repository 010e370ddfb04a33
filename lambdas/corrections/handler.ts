import type { CollectorRun } from '@sgraph-backbone/layer/costs';
import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import { BadFeed } from '@sgraph-backbone/layer/ledger';
import { BadTimeKey } from '@sgraph-backbone/layer/rollups';
import { eachMessage, HttpError, type LambdaHandler, type Log, lambda } from '@sgraph-backbone/layer/runtime';
import { BadStoreInput } from '@sgraph-backbone/layer/store';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { AskedDays } from '../collect-costs/collected-range.ts';
import { CollectionFailed } from '../collect-costs/collection-failed.ts';
import type { IngestOptions } from '../ingest/ingest.ts';
import { isOver, noteOperation, type Operation, readOperation } from './operations.ts';
import { runOperation } from './run-operation.ts';
import { NothingToSettle } from './settle.ts';

/** Which operation to carry on with; `part` counts its calls, so that each has a message of its own. */
export interface CorrectionMessage {
  readonly operation_id: string;
  readonly part: number;
}

export interface CorrectionsContext {
  readonly pipeline: SitePipeline;
  readonly options: IngestOptions;
  /** Asks AWS for costs. Throws CollectionFailed. */
  readonly collectCosts: (asked: AskedDays) => Promise<CollectorRun>;
  /** Sends the message for what is left. */
  readonly send: (message: CorrectionMessage) => Promise<void>;
}

// Left for the object that is under way, and for writing down how far it came.
const RESERVE = 120_000;

/** Messages of the corrections queue in, failed messages out: a command that runs out of time goes on by a message. */
export function createCorrectionsHandler(
  open: () => Promise<CorrectionsContext>,
  log?: Log,
): LambdaHandler<SQSEvent, SQSBatchResponse> {
  const handler = async (event: SQSEvent, invocation: { log: Log; remaining: () => number }) => {
    const context = await open();
    const isEnough = () => invocation.remaining() < RESERVE;
    return eachMessage<CorrectionMessage>(event, invocation.log, (message) =>
      carryOn(context, message, isEnough),
    );
  };
  return lambda(handler, { name: 'corrections', log });
}

async function carryOn(context: CorrectionsContext, message: CorrectionMessage, isEnough: () => boolean) {
  const { data, now } = context.pipeline;
  const operation = await readOperation(data, message.operation_id);
  // A message that comes again after its operation was done changes nothing.
  if (operation === undefined || isOver(operation)) return;
  const note = (change: Parameters<typeof noteOperation>[2]) =>
    noteOperation(data, operation.operation_id, change, now());
  await note({ state: 'running' });
  try {
    const outcome = await runOperation({ ...context, isEnough }, operation);
    if ('answer' in outcome)
      return await note({ state: 'done', answer: outcome.answer, progress: null, error: null });
    // What was done is written down first: a message that finds less would do it again.
    await note({ progress: outcome.progress as Operation['progress'] });
    await context.send({ ...message, part: message.part + 1 });
  } catch (error) {
    const { message: reason } = error as Error;
    await note(isAskedWrongly(error) ? { state: 'failed', error: reason } : { error: reason });
    if (!isAskedWrongly(error)) throw error;
  }
}

/** What no repetition makes right. */
function isAskedWrongly(error: unknown): boolean {
  return [HttpError, BadFeed, BadTimeKey, BadStoreInput, NothingToSettle, CollectionFailed].some(
    (type) => error instanceof type,
  );
}
