import { describe, expect, test } from '@jest/globals';
import { RequestFailed } from '../../../layer/drivers/s3-errors.ts';
import { createRequests } from '../../../layer/drivers/s3-requests.ts';

/** An error as the SDK throws it: with a status, it was an answer. */
function failure(name: string, httpStatusCode?: number): Error {
  const $metadata = httpStatusCode === undefined ? {} : { $metadata: { httpStatusCode } };
  return Object.assign(new Error(`${name} happened`), { name, ...$metadata });
}

/** A sender that never really waits; the waits are kept. */
function requestsOf(random = () => 1) {
  const waits: number[] = [];
  const asked: string[] = [];
  const requests = createRequests({
    mostAtATime: 3,
    onRequest: (operation) => asked.push(operation),
    sleep: async (ms) => void waits.push(ms),
    random,
  });
  return { requests, waits, asked };
}

/** Fails with each of these, then answers. */
function failing(...errors: Error[]): () => Promise<string> {
  return async () => {
    const error = errors.shift();
    if (error) throw error;
    return 'answer';
  };
}

describe('Requests to S3', () => {
  test.each([
    failure('SlowDown', 503),
    failure('ServiceUnavailable', 503),
    failure('ConditionalRequestConflict', 409),
    failure('InternalError', 500),
    failure('RequestTimeout', 400),
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    failure('TimeoutError'),
  ])('are sent again after %s, and each attempt is counted', async (error) => {
    const { requests, asked } = requestsOf();
    expect(await requests.send('GetObject', failing(error, error))).toBe('answer');
    expect(asked).toEqual(['GetObject', 'GetObject', 'GetObject']);
  });

  test.each([
    failure('PreconditionFailed', 412),
    failure('NoSuchKey', 404),
    failure('AccessDenied', 403),
    failure('CredentialsProviderError'),
    failure('TypeError'),
  ])('are not sent again after %s', async (error) => {
    const { requests, asked } = requestsOf();
    const failed = await requests.send('PutObject', failing(error)).catch((told: unknown) => told);
    expect(failed).toBeInstanceOf(RequestFailed);
    expect(failed).toMatchObject({ code: error.name, uncertain: false });
    expect(asked).toHaveLength(1);
  });

  test('wait longer and longer, up to two seconds, by a random share of it', async () => {
    const { requests, waits } = requestsOf();
    const slow = () => failure('SlowDown', 503);
    await expect(requests.send('PutObject', failing(...Array.from({ length: 20 }, slow)))).rejects.toThrow();
    expect(waits.slice(0, 4)).toEqual([50, 100, 200, 400]);
    expect(waits.at(-1)).toBe(2_000);
    expect(waits).toHaveLength(14);
    const half = requestsOf(() => 0.5);
    await half.requests.send('PutObject', failing(slow(), slow()));
    expect(half.waits).toEqual([25, 50]);
  });

  test('that had no answer once are uncertain when they are refused', async () => {
    const { requests } = requestsOf();
    const lost = Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    for (const [first, uncertain] of [
      [lost, true],
      [failure('InternalError', 500), true],
      [failure('SlowDown', 503), false],
      [failure('ConditionalRequestConflict', 409), false],
    ] as const) {
      const sent = requests.send('PutObject', failing(first, failure('PreconditionFailed', 412)));
      await expect(sent).rejects.toMatchObject({ code: 'PreconditionFailed', uncertain });
    }
  });

  test('to a server that is not there are given up soon', async () => {
    const { requests, asked } = requestsOf();
    const refused = () => Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const sent = requests.send('HeadObject', failing(...Array.from({ length: 20 }, refused)));
    await expect(sent).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(asked).toHaveLength(4);
  });

  test('are under way a few at a time, in the order of asking', async () => {
    const { requests } = requestsOf();
    const begun: number[] = [];
    const open: (() => void)[] = [];
    const sent = Array.from({ length: 8 }, (_, n) =>
      requests.send('GetObject', () => {
        begun.push(n);
        return new Promise<void>((resolve) => open.push(resolve));
      }),
    );
    for (let done = 0; done < 8; done++) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(begun).toHaveLength(Math.min(8, done + 3));
      open[done]!();
    }
    await Promise.all(sent);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('are ended after a silence, and not while something arrives', async () => {
    const requests = createRequests({ mostAtATime: 1, silence: 60, sleep: async () => {} });
    let attempts = 0;
    const answer = await requests.send('GetObject', async ({ abortSignal }, alive) => {
      if (++attempts === 1) return silent(abortSignal);
      for (let chunk = 0; chunk < 6; chunk++) {
        await new Promise((resolve) => setTimeout(resolve, 25));
        alive();
      }
      expect(abortSignal.aborted).toBe(false);
      return 'whole';
    });
    expect({ answer, attempts }).toEqual({ answer: 'whole', attempts: 2 });
  });
});

function silent(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(failure('AbortError')));
  });
}
