import { expect, test } from '@jest/globals';
import { readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';

const shape = {
  BACKBONE_STORE: z.string().meta({ description: 'a store URL such as disk:.backbone' }),
  BACKBONE_DAYS: z.string().regex(/^\d+$/, 'a whole number of days').transform(Number).optional(),
};

test('what is set is read by name and typed', () => {
  const environment = { BACKBONE_STORE: 'memory:', BACKBONE_DAYS: '90', HOME: '/root' };
  expect(readEnvironment(shape, environment)).toEqual({ BACKBONE_STORE: 'memory:', BACKBONE_DAYS: 90 });
});

test('every missing or malformed variable is named, with its meaning', () => {
  expect(() => readEnvironment(shape, { BACKBONE_STORE: '', BACKBONE_DAYS: 'many' })).toThrow(
    'Environment: BACKBONE_STORE is not set (a store URL such as disk:.backbone); ' +
      'BACKBONE_DAYS is malformed: a whole number of days',
  );
});
