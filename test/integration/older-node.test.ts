import { expect, test } from '@jest/globals';
import { backbone } from './command.ts';

test('an older Node is told which one is needed, and how to get it, in one line', async () => {
  const other = "Object.defineProperty(process.versions, 'node', { value: '22.18.0' })";
  const node = ['--import', `data:text/javascript,${encodeURIComponent(other)}`];
  const { code, stdout, stderr } = await backbone(['report'], { node });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^Backbone needs Node 24, and this is 22\.18\.0\. npm brings the right one: [^\n]+\n$/,
  );
});
