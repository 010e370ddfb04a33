import { expect, test } from '@jest/globals';
import { createLog, eachMessage } from '@sgraph-backbone/layer/runtime';
import type { SQSEvent } from 'aws-lambda';

const quiet = createLog({ level: 'error', write: () => {}, now: () => 0 });

const message = (messageId: string, group?: string) => ({
  messageId,
  body: JSON.stringify(messageId),
  ...(group === undefined ? {} : { attributes: { MessageGroupId: group } }),
});
const event = (...Records: ReturnType<typeof message>[]) => ({ Records }) as unknown as SQSEvent;

test('after a failure the later messages of its group wait, and those of other groups do not', async () => {
  const worked: string[] = [];
  const records = [message('a1', 'a'), message('b1', 'b'), message('a2', 'a'), message('b2', 'b')];
  const answer = await eachMessage<string>(event(...records), quiet, async (body) => {
    worked.push(body);
    if (body === 'a1') throw new Error('not now');
  });
  expect(worked).toEqual(['a1', 'b1', 'b2']);
  expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['a1', 'a2']);
});

test('messages of a standard queue fail each on its own, those that are no JSON too', async () => {
  const broken = { ...message('m2'), body: '{' };
  const answer = await eachMessage<string>(
    event(message('m1'), broken, message('m3')),
    quiet,
    async (body) => {
      if (body === 'm1') throw new Error('not now');
    },
  );
  expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(['m1', 'm2']);
});
