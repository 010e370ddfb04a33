import { expect, test } from '@jest/globals';
import { createLog, lambda } from '@sgraph-backbone/layer/runtime';

function recordingLog() {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({ level: 'debug', write: (line) => lines.push(JSON.parse(line)), now: () => 0 });
  return { lines, log };
}

test('a step gets its event and a log that names the function and the request', async () => {
  const { lines, log } = recordingLog();
  const handler = lambda(
    async (event: { n: number }, invocation) => {
      invocation.log.info('working', { n: event.n });
      return event.n * 2;
    },
    { name: 'double', log },
  );
  await expect(handler({ n: 21 }, { awsRequestId: 'r-1' })).resolves.toBe(42);
  expect(lines[0]).toEqual({
    level: 'info',
    timestamp: '1970-01-01T00:00:00.000Z',
    message: 'working',
    function: 'double',
    request_id: 'r-1',
    n: 21,
  });
  expect(lines[1]).toMatchObject({ message: 'done', request_id: 'r-1', milliseconds: expect.any(Number) });
});

test('a failure is logged with its cause and thrown on to whoever retries', async () => {
  const { lines, log } = recordingLog();
  const failing = lambda(
    async () => {
      throw new Error('no room', { cause: new Error('disk full') });
    },
    { name: 'failing', log },
  );
  await expect(failing({})).rejects.toThrow('no room');
  expect(lines[0]).toMatchObject({
    message: 'failed',
    error: { message: 'no room', cause: { message: 'disk full' } },
  });
});

test('lines below the level are not written', () => {
  const lines: string[] = [];
  createLog({ level: 'warn', write: (line) => lines.push(line), now: () => 0 }).info('quiet');
  expect(lines).toEqual([]);
});
