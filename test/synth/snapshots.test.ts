import { describe, expect, test } from '@jest/globals';
import { EVERYTHING, templates } from './synthesized.ts';

// A snapshot shows that something changed; what must not change has tests of its own beside this one.
describe('templates', () => {
  const all = templates(EVERYTHING);

  test.each(Object.keys(all))('of %s are as they were', (stack) => {
    expect(withoutHashes(all[stack])).toMatchSnapshot();
  });

  test('come in these stacks, and without distributions there is no delivery', () => {
    const always = ['DataStack', 'PipelineStack', 'AdminApiStack', 'AlarmStack', 'SqlStack'];
    expect(Object.keys(all)).toEqual([...always, 'LogDeliveryStack']);
    expect(Object.keys(templates())).toEqual(always);
  });
});

/** Hashes of code change with every change of the code. */
function withoutHashes(template: unknown): unknown {
  const text = JSON.stringify(template);
  return JSON.parse(
    text
      .replaceAll(/[0-9a-f]{64}/g, '<asset>')
      .replaceAll(/"content":"[0-9a-f]{32}"/g, '"content":"<page>"')
      // The id of a layer's version holds the hash of its content.
      .replaceAll(/"Layer[0-9A-F]{8}"/g, '"Layer<hash>"'),
  );
}
