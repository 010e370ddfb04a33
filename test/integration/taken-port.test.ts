import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { backbone } from './command.ts';
import { temporaryFolder } from './folder.ts';

describe('a port that another program has', () => {
  const other = createServer();
  beforeAll(() => new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve)));
  afterAll(() => void other.close());

  test('ends start at once, with one line that names it and the way out', async () => {
    const { port } = other.address() as AddressInfo;
    const store = `disk:${join(temporaryFolder(), 'store')}`;
    const ended = await backbone(['start', '--port', String(port), '--store', store]);
    expect(ended).toMatchObject({
      code: 1,
      stdout: 'Starting …\n',
      stderr: `port ${port} is taken by another program; choose one with --port\n`,
    });
  });
});
