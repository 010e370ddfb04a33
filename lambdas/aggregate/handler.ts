import type { SitePipeline } from '@sgraph-backbone/layer/derived';
import { checkedFeed, noteRun, type RollupOfFeed } from '@sgraph-backbone/layer/ledger';
import { eachMessage, type LambdaHandler, type Log, lambda } from '@sgraph-backbone/layer/runtime';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { aggregate } from './aggregate.ts';

/** Messages `{feed, period, time_key}` in, failed messages out. */
export function createAggregateHandler(
  open: () => Promise<SitePipeline>,
  log?: Log,
): LambdaHandler<SQSEvent, SQSBatchResponse> {
  const handler = async (event: SQSEvent, invocation: { log: Log }) => {
    const pipeline = await open();
    const answer = await eachMessage<RollupOfFeed>(event, invocation.log, async (rollup) => {
      await aggregate(pipeline, { ...rollup, feed: checkedFeed(rollup.feed) });
    });
    const processed = event.Records.length - answer.batchItemFailures.length;
    await noteRun(pipeline, 'aggregate', { processed });
    return answer;
  };
  return lambda(handler, { name: 'aggregate', log });
}
