import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { DEPLOY_PAGE, deployPage } from '../../../docs/deployed-settings.ts';

test('the page about deploying says what the settings take (npm run docs writes it)', () => {
  const page = readFileSync(DEPLOY_PAGE, 'utf8');
  expect(page).toBe(deployPage(page));
});
