import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Series, Summary, SummaryAnswer, TopList, TrafficAnswer } from '../../dashboard/page/answers.ts';
import { short } from '../../dashboard/page/numbers.ts';
import { keyOf } from '../../dashboard/page/time-keys.ts';
import { type LocalBackbone, startBackbone } from './local-backbone.ts';
import { agrees, type PageReader, readPage } from './page-reader.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const present = existsSync(CHROMIUM);
if (!present) console.warn(`browser tests skipped: no Chromium at ${CHROMIUM} (CHROMIUM names another path)`);

/** The page's ground, as the style sheet says. */
const PAPER = { light: 'rgb(245, 246, 248)', dark: 'rgb(14, 17, 22)' };

/** In the middle of the demo week, so that its day, week, month and year all hold something on any date. */
const BUSY_DAY = new Date(Date.now() - 3.5 * 86_400_000).toISOString().slice(0, 10);

// A log of this moment in CloudFront's standard form: one request a path, by a person.
function logOf(paths: readonly string[]): string {
  const [date, time] = new Date().toISOString().slice(0, 19).split('T');
  const agent = 'Mozilla/5.0%20(X11;%20Linux%20x86_64;%20rv:140.0)%20Gecko/20100101%20Firefox/140.0';
  const fields = 'date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status';
  const rows = paths.map((path) =>
    [date, time, 'LIS50-C1', 2048, '192.0.2.7', 'GET', 'd1.cloudfront.net', path, 200, '-', agent, '-'].join(
      '\t',
    ),
  );
  const heading = `#Version: 1.0\n#Fields: ${fields} cs(Referer) cs(User-Agent) cs-uri-query\n`;
  return `${heading}${rows.join('\n')}\n`;
}

let backbone: LocalBackbone;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let reader: PageReader;

(present ? describe : describe.skip)('the dashboard on the demo week', () => {
  beforeAll(async () => {
    backbone = await startBackbone();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    // A reader far from the site's time zone: the page shows the site's days all the same.
    context = await browser.newContext({
      locale: 'en-GB',
      timezoneId: 'Asia/Tokyo',
      viewport: { width: 1280, height: 900 },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    page = await context.newPage();
    reader = readPage(page);
    await page.goto(`${backbone.url}/#key=${backbone.key}`);
    await reader.settled();
  }, 240_000);

  afterAll(async () => {
    await browser?.close();
    await backbone?.stop();
  });

  test('a sign-in link opens it, and the key leaves the address', async () => {
    expect(page.url()).toBe(`${backbone.url}/`);
    expect(await page.evaluate(() => sessionStorage.getItem('admin-key'))).toBe(backbone.key);
    expect(await context.cookies()).toEqual([]);
  });

  test('a banner says that this is the demo', async () => {
    expect(await page.locator('.demo').textContent()).toMatch(/Demo data/);
  });

  test.each(['Day', 'Week', 'Month', 'Year'])(
    'the headline of a %s is what the API answers',
    async (name) => {
      if (name === 'Day') await page.goto(`${backbone.url}/?key=${BUSY_DAY}`);
      else await page.getByRole('navigation', { name: 'Period' }).getByRole('link', { name }).click();
      await reader.settled();
      await agrees(async () => {
        const answer = await backbone.ask<TrafficAnswer<Summary>>(reader.asked('summary'));
        const shown = await reader.measures('.tile, .measures tr');
        const expected = Object.fromEntries(
          Object.keys(shown).map((measure) => [measure, answer.data[measure] ?? null]),
        );
        expect(shown).toEqual(expected);
        expect(Object.values(shown).some((value) => Number(value) > 0)).toBe(true);
        const filtered = await page.locator('[data-filtered]').getAttribute('data-filtered');
        expect(JSON.parse(filtered ?? '')).toEqual(answer.filtered);
      });
    },
  );

  test('a number reads as people write it, and what nobody measured reads so', async () => {
    const views = await page.locator('[data-measure="page_views"]').first();
    const value = Number(await views.getAttribute('data-value'));
    expect(await views.locator('.value').textContent()).toBe(new Intl.NumberFormat('en-GB').format(value));
    expect(await page.locator('[data-measure="token_uses"] .number').textContent()).toBe('not measured');
  });

  test('the chart, read as a table, holds every point of the series', async () => {
    await page.goto(`${backbone.url}/?period=weekly&key=${keyOf('weekly', BUSY_DAY)}`);
    await reader.settled();
    await page.getByText('The same as a table').click();
    await agrees(async () => {
      const { data } = await backbone.ask<TrafficAnswer<Series>>(reader.asked('timeseries'));
      const shown = await page
        .locator('.as-table tbody tr')
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-key')));
      expect(shown).toEqual(data.points.map((point) => point.time_key));
      const requests = await page.locator('.as-table tbody tr td:nth-of-type(1)').allTextContents();
      expect(requests).toEqual(
        data.points.map((point) =>
          point.window_start > Date.now() ? 'not yet' : short(point.total_requests as number | null),
        ),
      );
    });
    expect(await page.locator('.panel canvas').count()).toBe(2);
  });

  test('the arrow keys go through the chart and say what they point at', async () => {
    const chart = page.getByRole('slider');
    await chart.focus();
    await page.keyboard.press('Home');
    const first = await chart.getAttribute('aria-valuetext');
    await page.keyboard.press('ArrowRight');
    expect(first).toMatch(/Requests: /);
    expect(await chart.getAttribute('aria-valuetext')).not.toBe(first);
    expect(await page.locator('.readout').textContent()).toMatch(/Unique visitors/);
  });

  test('top lists show the API’s entries, sorted as wished, page by page', async () => {
    for (const [column, name] of [
      ['page_views', 'Views'],
      ['requests', 'Requests'],
    ] as const) {
      await page.locator('[data-dimension="path"]').getByRole('button', { name }).click();
      await agrees(async () => {
        const { data } = await backbone.ask<TrafficAnswer<TopList>>(reader.asked('top/path'));
        const sorted = data.entries.toSorted((a, b) => b[column] - a[column]).slice(0, 10);
        expect(await reader.topList('path')).toEqual(sorted.map((entry) => [entry.value, entry.requests]));
      });
    }
    const first = await reader.topList('path');
    await page.locator('[data-dimension="path"]').getByRole('button', { name: 'Next page' }).click();
    await reader.settled();
    const second = await reader.topList('path');
    expect(second.length).toBeGreaterThan(0);
    expect(second.filter(([value]) => first.some(([known]) => known === value))).toEqual([]);
  });

  test('a list is saved as it is shown, in a file that is named after it', async () => {
    await page.goto(`${backbone.url}/?key=${BUSY_DAY}`);
    await reader.settled();
    const shown = (await reader.topList('path')).map(([value]) => value);
    const waiting = page.waitForEvent('download');
    await page.locator('[data-dimension="path"]').getByRole('link', { name: 'CSV' }).click();
    const file = await waiting;
    const saved = await readFile(await file.path(), 'utf8');
    const [heading, ...rows] = saved.trimEnd().split('\r\n');
    expect(file.suggestedFilename()).toMatch(
      new RegExp(`^backbone-standard\\.\\w+-paths-by-page-views-${BUSY_DAY}-human\\.csv$`),
    );
    expect(heading).toBe('value,requests,page_views,bytes,errors');
    const views = rows.map((row) => Number(row.split(',')[2]));
    expect(rows.slice(0, shown.length).map((row) => row.split(',')[0])).toEqual(shown);
    expect(views).toEqual(views.filter((count) => count > 0).toSorted((a, b) => b - a));
    await agrees(async () => {
      const { data } = await backbone.ask<TrafficAnswer<Summary>>(reader.asked('summary'));
      expect(views.reduce((sum, count) => sum + count, 0)).toBe(data.page_views);
    });
  });

  test('a copied question works in a shell as it is', async () => {
    await page.locator('[data-dimension="country"] .api').click();
    await page.locator('[data-dimension="country"] .api', { hasText: 'copied' }).waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    expect(command).not.toContain(backbone.key);
    const { stdout } = await promisify(execFile)('sh', ['-c', command.replace(/^curl/, 'curl -s')]);
    expect(JSON.parse(stdout).query).toMatchObject({ dimension: 'country', key: BUSY_DAY });
  });

  test('the API’s reference opens in a tab of its own', async () => {
    const opening = context.waitForEvent('page');
    await page.getByRole('link', { name: 'API reference' }).click();
    const reference = await opening;
    await agrees(async () =>
      expect(JSON.parse((await reference.locator('body').textContent()) ?? '')).toMatchObject({
        openapi: '3.1.0',
      }),
    );
    await reference.close();
  });

  test('a bar opens the window it stands for', async () => {
    await page.goto(`${backbone.url}/?period=weekly&key=${keyOf('weekly', BUSY_DAY)}`);
    await reader.settled();
    const bars = page.locator('.panel .u-over').first();
    const box = await bars.boundingBox();
    await bars.click({ position: { x: box!.width / 14, y: box!.height / 2 } });
    await reader.settled();
    const { data } = await backbone.ask<TrafficAnswer<Summary>>(reader.asked('summary'));
    expect(data.period).toBe('daily');
    expect(new Date(data.window_start).getUTCDay()).toBe(1);
    await page.goBack();
    await reader.settled();
  });

  test('headline numbers say how they compare with the day before', async () => {
    await page.goto(`${backbone.url}/?key=${BUSY_DAY}`);
    await reader.settled();
    await agrees(async () => {
      const { comparison } = await backbone.ask<SummaryAnswer>(reader.asked('summary'));
      const delta = page.locator('[data-measure="total_requests"] .delta');
      expect(await delta.getAttribute('data-delta')).toBe(
        String(comparison?.differences.total_requests?.absolute),
      );
      expect(await delta.textContent()).toMatch(/^([+−][\d,.]+ %|±0)$/);
    });
    await page.getByRole('slider').focus();
    await page.keyboard.press('Home');
    expect(await page.getByRole('slider').getAttribute('aria-valuetext')).toMatch(/\(before: \d/);
    await page.getByRole('link', { name: 'No comparison' }).click();
    await reader.settled();
    expect(await page.locator('.delta').count()).toBe(0);
    expect(page.url()).toContain('compare=none');
  });

  test('a row narrows the page to its value, several to all of them, and chips widen it again', async () => {
    await page.goto(`${backbone.url}/?key=${BUSY_DAY}`);
    await reader.settled();
    const before = await reader.measures('.tile');
    await page.locator('[data-dimension="country"] .narrowing').first().click();
    await reader.settled();
    await page.locator('[data-dimension="browser"] .narrowing').first().click();
    await reader.settled();
    expect(await page.locator('[data-filter]').count()).toBe(2);
    expect(new URL(page.url()).searchParams.getAll('filter')).toHaveLength(2);
    await agrees(async () => {
      const { data, source } = await backbone.ask<SummaryAnswer>(reader.asked('summary'));
      const shown = await reader.measures('.tile');
      expect(source).toBe('rows');
      expect(shown).toMatchObject({ total_requests: data.total_requests, unique_visitors: null });
      expect(shown.total_requests).toBeGreaterThan(0);
      expect(shown.total_requests).toBeLessThan(before.total_requests ?? 0);
    });
    await page.locator('[data-filter] a').first().click();
    await reader.settled();
    expect(await page.locator('[data-filter]').count()).toBe(1);
    await page.locator('[data-filter] a').first().click();
    await reader.settled();
    expect(await page.locator('.filters').count()).toBe(0);
    await agrees(async () => expect(await reader.measures('.tile')).toEqual(before));
  });

  test('a server that does not answer is said so, and can be asked again', async () => {
    await context.setOffline(true);
    await page.getByRole('link', { name: 'Previous' }).click();
    await page.getByRole('alert').first().waitFor();
    expect(await page.getByRole('alert').first().textContent()).toMatch(/does not answer/);
    expect(await page.locator('.tile').count()).toBe(0);
    await context.setOffline(false);
    const again = page.getByRole('button', { name: 'Try again' });
    await agrees(async () => {
      if ((await again.count()) > 0) await again.first().click();
      expect(await again.count()).toBe(0);
    });
    await reader.settled();
    expect(await page.getByRole('alert').count()).toBe(0);
    const expected = reader.complaints.splice(0);
    expect(expected.filter((text) => !text.includes('ERR_INTERNET_DISCONNECTED'))).toEqual([]);
    await page.goBack();
    await reader.settled();
  });

  test('a class switch counts the others, and the rules are behind a click', async () => {
    await page.locator('.filtered summary').click();
    await page.locator('.rules [data-dimension="rule"] tbody tr').first().waitFor();
    const rules = await backbone.ask<TrafficAnswer<TopList>>(reader.asked('top/rule'));
    expect(await page.locator('.rules tbody tr[data-value]').allTextContents()).not.toEqual([]);
    expect(rules.data.entries.length).toBeGreaterThan(0);
    await page
      .getByRole('navigation', { name: 'Whose requests' })
      .getByRole('link', { name: /^Bots/ })
      .click();
    await reader.settled();
    expect(page.url()).toContain('class=bot');
    await agrees(async () => {
      const answer = await backbone.ask<TrafficAnswer<Summary>>(reader.asked('summary'));
      expect((await reader.measures('.tile')).total_requests).toBe(answer.data.total_requests);
    });
  });

  test('all classes together still say how many each has', async () => {
    const classes = page.getByRole('navigation', { name: 'Whose requests' });
    const [all, ...each] = ['All', 'Humans', 'Bots', 'Probes', 'Monitors'];
    const countOf = async (name: string | undefined) =>
      Number(
        (await classes.locator('a', { hasText: name }).locator('.count').getAttribute('data-count')) ?? NaN,
      );
    await classes.getByRole('link', { name: /^All/ }).click();
    await reader.settled();
    const counts = await Promise.all(each.map(countOf));
    expect(counts.every((count) => count > 0)).toBe(true);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(await countOf(all));
    await page.goBack();
    await reader.settled();
  });

  test('every class opens on lists that have something to show, whose parts are the whole', async () => {
    for (const shown of ['probe', 'monitor', 'bot', 'human']) {
      await page.goto(`${backbone.url}/?key=${BUSY_DAY}&class=${shown}`);
      await reader.settled();
      expect(await page.locator('.cards .nothing').count()).toBe(0);
      for (const list of await page.locator('.cards .top-list').all()) {
        if ((await list.locator('.pager').count()) > 0) continue;
        const shares = await list.locator('td.share').allTextContents();
        const sum = shares.reduce((total, text) => total + Number.parseFloat(text.replace('< ', '')), 0);
        expect(Math.abs(sum - 100)).toBeLessThan(0.1 * shares.length);
      }
    }
    await page.goto(`${backbone.url}/?key=${BUSY_DAY}`);
    await reader.settled();
    await page.goto(`${backbone.url}/?key=${BUSY_DAY}&class=bot`);
    await reader.settled();
  });

  test('back and forward go through the views', async () => {
    await page.goBack();
    await reader.settled();
    expect(page.url()).not.toContain('class=bot');
    expect(await page.locator('.classes [aria-current]').textContent()).toMatch(/^Humans/);
    await page.goForward();
    await reader.settled();
    expect(await page.locator('.classes [aria-current]').textContent()).toMatch(/^Bots/);
  });

  test('every headline number has a badge that explains how settled it is', async () => {
    const tiles = await page.locator('.tile').count();
    expect(await page.locator('.tile [data-settled]').count()).toBe(tiles);
    await page.locator('.tile button').first().focus();
    expect(await page.getByRole('tooltip').textContent()).toMatch(/Settled.*Computed.*Sources/);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('tooltip').count()).toBe(0);
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('fits its window without sideways scrolling: %s, %i px', async (colorScheme, width) => {
    await page.setViewportSize({ width, height: 800 });
    await page.emulateMedia({ colorScheme });
    for (const query of ['', '?period=monthly&show=total_requests,visitors,error_count&class=all']) {
      await page.goto(`${backbone.url}/${query}`);
      await reader.settled();
      const [wide, room] = await page.evaluate(() => [
        document.documentElement.scrollWidth,
        document.documentElement.clientWidth,
      ]);
      expect(wide).toBe(room);
    }
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe(
      PAPER[colorScheme],
    );
  });

  test('a file that is refused is said so, and why, even while the demo is shown', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${backbone.url}/`);
    await reader.settled();
    expect(await page.locator('.refusals').count()).toBe(0);
    await writeFile(join(backbone.arrivals, 'notes.txt'), 'not a log\n');
    await page.locator('.refusals').waitFor();
    expect(await page.locator('.refusals').textContent()).toMatch(
      /^1 log file refused.*notes\.txt: .*CloudFront/,
    );
    expect(await page.locator('.demo').count()).toBe(1);
  });

  test('the first real log takes the place of the demo, without a reload', async () => {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${backbone.url}/`);
    await reader.settled();
    expect(await page.locator('.demo').count()).toBe(1);
    await writeFile(join(backbone.arrivals, 'first.log'), logOf(['/', '/', '/hello/']));
    await page.locator('.demo').waitFor({ state: 'detached' });
    await page.locator('[data-measure="total_requests"][data-value="3"]').waitFor();
    await reader.settled();
    await agrees(async () =>
      expect(await reader.topList('path')).toEqual([
        ['/', 2],
        ['/hello/', 1],
      ]),
    );
  });

  test('a refused key leads to the sign-in form, which says where the key is', async () => {
    await page.evaluate(() => sessionStorage.setItem('admin-key', 'wrong'));
    await page.goto(`${backbone.url}/`);
    await page.getByLabel('Admin key').waitFor();
    expect(await page.locator('form').textContent()).toMatch(/refused.*\.backbone\/admin-key/s);
    // The browser itself reports the refused question: expected here, and nowhere else.
    const expected = reader.complaints.splice(0);
    expect(expected.filter((text) => !text.includes('401'))).toEqual([]);
    await page.getByLabel('Admin key').fill(backbone.key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await reader.settled();
  });

  test('nothing left the origin, and the browser had nothing to complain about', () => {
    expect([...reader.origins]).toEqual([backbone.url]);
    expect(reader.complaints).toEqual([]);
  });
});
