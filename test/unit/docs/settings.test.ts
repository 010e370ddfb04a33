import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { compileRules, DEFAULT_RULES } from '@sgraph-backbone/layer/logs';
import { siteSettings } from '@sgraph-backbone/layer/settings';
import { PATH_RULE_EXAMPLE, SETTINGS_PAGE, settingsPage } from '../../../docs/settings.ts';

test('the page of settings says what the schema takes (npm run docs writes it)', () => {
  expect(readFileSync(SETTINGS_PAGE, 'utf8')).toBe(settingsPage());
});

test('the path rule that the pages show does what they say', () => {
  const rule = JSON.stringify(PATH_RULE_EXAMPLE);
  for (const page of [SETTINGS_PAGE, join(dirname(SETTINGS_PAGE), 'privacy.md')])
    expect(readFileSync(page, 'utf8')).toContain(rule);
  const { path_rules } = siteSettings.parse({
    path_rules: [...DEFAULT_RULES.path_rules, PATH_RULE_EXAMPLE],
  });
  const { rewritePath } = compileRules({ ...DEFAULT_RULES, path_rules });
  expect(compileRules(DEFAULT_RULES).rewritePath('/en/download/Ab3x9/photos')).toContain('Ab3x9');
  expect(rewritePath('/en/download/Ab3x9/photos')).toBe('/en/download/{id}/photos');
  expect(rewritePath('/transfers/download/s3cret')).toBe('/transfers/download/{id}');
});
