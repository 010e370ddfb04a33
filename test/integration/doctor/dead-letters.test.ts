import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deadLettersSeen } from '../../../local/doctor/dead-letters.ts';
import { peekDeadLetters, redrive } from '../../../local/doctor/redrive.ts';
import { MOTO, NO_SERVER } from '../../contract/s3-servers.ts';
import { backbone } from '../command.ts';
import { temporaryFolder } from '../folder.ts';

(MOTO ? describe : describe.skip)(MOTO ? 'Dead letters' : NO_SERVER, () => {
  const client = new SQSClient({ ...MOTO?.connection });
  const made: string[] = [];
  afterAll(async () => {
    for (const QueueUrl of made) await client.send(new DeleteQueueCommand({ QueueUrl }));
    client.destroy();
  });

  async function newQueue(fifo: boolean): Promise<string> {
    const command = new CreateQueueCommand({
      QueueName: `doctor-${randomUUID()}${fifo ? '.fifo' : ''}`,
      Attributes: fifo ? { FifoQueue: 'true' } : {},
    });
    const { QueueUrl = '' } = await client.send(command);
    made.push(QueueUrl);
    return QueueUrl;
  }

  async function send(QueueUrl: string, bodies: readonly string[]): Promise<void> {
    for (const MessageBody of bodies)
      await client.send(
        new SendMessageCommand({
          QueueUrl,
          MessageBody,
          ...(QueueUrl.endsWith('.fifo') && {
            MessageGroupId: MessageBody.slice(0, 1),
            MessageDeduplicationId: MessageBody,
          }),
        }),
      );
  }

  async function drain(QueueUrl: string): Promise<{ body: string; group?: string }[]> {
    const got: { body: string; group?: string }[] = [];
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageSystemAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) return got;
      // Others of a group come when these are gone.
      for (const { ReceiptHandle } of Messages)
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      got.push(
        ...Messages.map(({ Body = '', Attributes }) => ({ body: Body, group: Attributes?.MessageGroupId })),
      );
    }
  }

  test('go back in their order and under their groups, more than one batch of them', async () => {
    const [dead, queue] = [await newQueue(true), await newQueue(true)];
    const bodies = Array.from({ length: 23 }, (_, number) => `${'abc'[number % 3]}${number}`);
    await send(dead, bodies);
    expect(await redrive(client, dead, queue)).toBe(23);
    const back = await drain(queue);
    for (const group of 'abc')
      expect(back.filter((message) => message.group === group).map(({ body }) => body)).toEqual(
        bodies.filter((body) => body.startsWith(group)),
      );
    expect(await drain(dead)).toEqual([]);
  });

  test('of a queue without an order go back as well', async () => {
    const [dead, queue] = [await newQueue(false), await newQueue(false)];
    await send(dead, ['one', 'two']);
    expect(await redrive(client, dead, queue)).toBe(2);
    expect((await drain(queue)).map(({ body }) => body).sort()).toEqual(['one', 'two']);
  });

  test('stay where they are when they are looked at, and when their queue is gone', async () => {
    const [dead, queue] = [await newQueue(true), await newQueue(true)];
    await send(dead, ['a1', 'a2']);
    expect((await peekDeadLetters(client, dead)).map(({ body }) => body)).toEqual(['a1', 'a2']);
    expect((await peekDeadLetters(client, dead)).map(({ body }) => body)).toEqual(['a1', 'a2']);
    await expect(redrive(client, dead, `${queue.slice(0, -10)}gone.fifo`)).rejects.toThrow();
    const seen = [];
    for await (const found of deadLettersSeen(
      client,
      [{ name: 'consolidate', url: queue, deadLettersUrl: dead }],
      'b',
    ))
      seen.push(found);
    expect(seen).toEqual([
      expect.objectContaining({ outcome: 'fault', what: 'consolidate: 2 messages failed each time' }),
    ]);
  });

  describe('by the command line, which finds queues by the outputs of the stack', () => {
    let stacks: Server;
    let env: Record<string, string>;
    let outputs: Record<string, string> = {};
    beforeAll(async () => {
      stacks = createServer((request, answer) => {
        let body = '';
        request.on('data', (text) => (body += text));
        request.on('end', () => {
          const isOurs = new URLSearchParams(body).get('StackName') === 'mine-pipeline';
          answer.statusCode = isOurs ? 200 : 400;
          answer.setHeader('content-type', 'text/xml');
          answer.end(isOurs ? described(outputs) : NO_STACK);
        });
      });
      await new Promise<void>((listening) => stacks.listen(0, '127.0.0.1', listening));
      env = {
        AWS_ENDPOINT_URL_CLOUDFORMATION: `http://127.0.0.1:${(stacks.address() as AddressInfo).port}`,
        AWS_ENDPOINT_URL_SQS: MOTO!.connection.endpoint,
        AWS_REGION: MOTO!.connection.region,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
      };
    });
    afterAll(() => void stacks.close());

    const run = (...words: string[]) => backbone(words, { cwd: temporaryFolder(), env });

    test('are shown, sent back, and gone', async () => {
      const [dead, queue, none] = [await newQueue(true), await newQueue(true), await newQueue(false)];
      outputs = {
        AggregateHoursQueueUrl: queue,
        AggregateHoursDeadLettersUrl: dead,
        ScheduleDeadLettersUrl: none,
      };
      await send(dead, ['{"feed":"standard.E1"}']);
      const shown = await run('redrive', '--stack-prefix', 'mine', '--dry-run');
      expect(shown).toMatchObject({ code: 0, stderr: '' });
      expect(shown.stdout).toMatch(/^aggregate-hours: \d{4}-.*Z \{"feed":"standard\.E1"\}\n$/);
      expect(await run('redrive', '--stack-prefix', 'mine')).toMatchObject({
        code: 2,
        stderr: 'redrive: not a terminal to ask on; say --yes\n',
      });
      const sent = await run('redrive', '--stack-prefix', 'mine', '--queue', 'aggregate-hours', '--yes');
      expect(sent.stdout).toMatch(/aggregate-hours: 1 sent back\n$/);
      expect(await drain(queue)).toHaveLength(1);
      expect((await run('redrive', '--stack-prefix', 'mine')).stdout).toBe(
        'aggregate-hours: no dead letters\n',
      );
    });

    test('of a queue or a stack that is not there are refused in one line', async () => {
      expect(await run('redrive', '--stack-prefix', 'mine', '--queue', 'ingset')).toMatchObject({
        code: 2,
        stderr: 'redrive: there is no queue "ingset"; there are aggregate-hours, schedules\n',
      });
      expect(await run('redrive', '--stack-prefix', 'mine', '--queue', 'schedules')).toMatchObject({
        code: 2,
      });
      expect(await run('redrive', '--stack-prefix', 'other')).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(/^There is no stack other-pipeline in this account and region: .*\n$/),
      });
    });
  });
});

function described(outputs: Readonly<Record<string, string>>): string {
  const members = Object.entries(outputs).map(
    ([name, value]) => `<member><OutputKey>${name}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>mine-pipeline</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>2026-11-20T10:00:00Z</CreationTime><Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
}

const NO_STACK =
  '<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id other-pipeline does not exist</Message></Error></ErrorResponse>';
