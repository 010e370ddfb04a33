import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { MEASURES_PAGE, measuresPage } from '../../../docs/measures.ts';

test('the page of measures says what the code counts (npm run docs writes it)', () => {
  expect(readFileSync(MEASURES_PAGE, 'utf8')).toBe(measuresPage());
});
