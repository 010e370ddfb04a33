import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import { checkedFeed, noteRun, type WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { eachMessage, type LambdaHandler, type Log, lambda } from '@sgraph-backbone/layer/runtime';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { consolidate } from './consolidate.ts';

/** Messages `{feed, window}` in, failed messages out. */
export function createConsolidateHandler(
  open: () => Promise<SitePipeline>,
  log?: Log,
): LambdaHandler<SQSEvent, SQSBatchResponse> {
  const handler = async (event: SQSEvent, invocation: { log: Log }) => {
    const pipeline = await open();
    const answer = await eachMessage<WindowOfFeed>(event, invocation.log, async ({ feed, window }) => {
      await consolidate(pipeline, { feed: checkedFeed(feed), window });
    });
    const processed = event.Records.length - answer.batchItemFailures.length;
    await noteRun(pipeline, 'consolidate', { processed });
    return answer;
  };
  return lambda(handler, { name: 'consolidate', log });
}
