import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { beginBackbone } from './command.ts';
import { temporaryFolder } from './folder.ts';

test('the first start says at once what takes so long', async () => {
  const store = `disk:${join(temporaryFolder(), 'store')}`;
  const { child, ended } = beginBackbone(['start', '--port', '0', '--store', store]);
  let printed = '';
  const told = new Promise<void>((resolve) => {
    child.stdout?.on('data', (text) => {
      printed += text;
      if (printed.split('\n').length > 2) resolve();
    });
  });
  await Promise.race([told, ended]);
  child.kill('SIGKILL');
  await ended;
  expect(printed).toMatch(/^Starting …\nThere are no logs yet: a demo week is made .* seconds …\n/);
});
