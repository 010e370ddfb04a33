import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { idleBill, totalOf } from '../../../bench/aws-bill.ts';
import { COSTS_PAGE, countedIn, readMeasured } from '../../../bench/aws-costs.ts';
import { costsPage } from '../../../bench/aws-costs-page.ts';
import { templates } from '../../synth/synthesized.ts';

test('the page about costs follows from what was measured and from the prices (npm run costs writes it)', () => {
  expect(readFileSync(COSTS_PAGE, 'utf8')).toBe(costsPage(readMeasured()));
});

test('alarms and queues of the page are those of the templates', () => {
  const { hours: _, reporting: __, ...counted } = readMeasured();
  expect(countedIn(templates())).toEqual(counted);
});

test('what is paid for nothing is less than for traffic, and is no nothing', () => {
  const idle = totalOf(idleBill(readMeasured()));
  expect(idle).toBeGreaterThan(5);
  expect(idle).toBeLessThan(13);
});
