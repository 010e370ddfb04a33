import { describe, expect, test } from '@jest/globals';
import { createLog, eachMessage } from '@sgraph-backbone/layer/runtime';
import type { SQSEvent } from 'aws-lambda';
import { createIngestHandler } from '../../lambdas/ingest/handler.ts';
import { createRecordEventsHandler } from '../../lambdas/record-events/handler.ts';
import { everyResource, plain, templates } from './synthesized.ts';

const filters = everyResource(templates(), 'AWS::Logs::MetricFilter')
  .map(([, { Properties }]) => Properties)
  .filter(({ MetricTransformations: [metric] }) => metric.MetricName.startsWith('failed-messages-'));

describe('a step that reads a queue', () => {
  test('has its failed messages counted from its own log, in the namespace of the system', () => {
    const counted = filters.map(({ LogGroupName, MetricTransformations: [metric] }) => {
      expect(metric).toMatchObject({ MetricNamespace: 'backbone', MetricValue: '1', DefaultValue: 0 });
      return [plain(LogGroupName), metric.MetricName];
    });
    expect(counted).toEqual(
      [
        ['Ingest', 'ingest'],
        ['RecordEvents', 'record-events'],
        ['Consolidate', 'consolidate'],
        ['Aggregate', 'aggregate'],
        ['Corrections', 'corrections'],
      ].map(([id, name]) => [`<${id}Log>`, `failed-messages-${name}`]),
    );
  });

  test.each(filters.map(({ FilterPattern }) => FilterPattern as string))(
    'writes a line for each that %s finds',
    async (pattern) => {
      const [, member, value] = /^\{ \$\.(\w+) = "([^"]+)" \}$/.exec(pattern)!;
      const lines: string[] = [];
      const log = createLog({ level: 'error', write: (line) => void lines.push(line), now: () => 0 });
      const event = { Records: ['a', 'b'].map((messageId) => ({ messageId, body: 'no JSON' })) } as SQSEvent;
      const ingest = createIngestHandler(async () => ({}) as never, log);
      const record = createRecordEventsHandler(
        async () => ({ pipeline: { noteRun: () => {} } }) as never,
        log,
      );
      const answers = [
        await eachMessage(event, log, async () => {}),
        await ingest(event),
        await record(event),
      ];
      expect(answers.map(({ batchItemFailures }) => batchItemFailures.length)).toEqual([2, 2, 2]);
      const found = lines.map((line) => JSON.parse(line)).filter((line) => line[member!] === value);
      expect(found.map(({ message_id }) => message_id)).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    },
  );
});
