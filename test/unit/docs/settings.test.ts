import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { SETTINGS_PAGE, settingsPage } from '../../../docs/settings.ts';

test('the page of settings says what the schema takes (npm run docs writes it)', () => {
  expect(readFileSync(SETTINGS_PAGE, 'utf8')).toBe(settingsPage());
});
