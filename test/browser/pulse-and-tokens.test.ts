import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Pulse } from '../../dashboard/page/pulse/pulse.ts';
import type { TokenActivity, TokenList, WholeToken } from '../../dashboard/page/tokens/token.ts';
import { type LocalBackbone, startBackbone } from './local-backbone.ts';
import { agrees, type PageReader, readPage } from './page-reader.ts';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const present = existsSync(CHROMIUM);
if (!present) console.warn(`browser tests skipped: no Chromium at ${CHROMIUM} (CHROMIUM names another path)`);

/** A look at the pulse every ten seconds, and some time for a busy machine. */
const POLLED = 25_000;

let backbone: LocalBackbone;
let browser: Browser;
let context: BrowserContext;
let page: Page;
let reader: PageReader;

(present ? describe : describe.skip)('pulse and tokens', () => {
  beforeAll(async () => {
    backbone = await startBackbone();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
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

  async function open(query: string): Promise<void> {
    await page.goto(`${backbone.url}/${query}`);
    await still();
  }

  async function still(): Promise<void> {
    await page.locator('main h1').waitFor();
    await page.waitForFunction(
      () =>
        document.querySelector('.skeleton, [aria-busy="true"]') === null &&
        document.querySelector('h1')?.textContent !== 'Loading…',
    );
  }

  /** What the browser itself reports of refusals that a test has brought about. */
  function forgive(status: number): void {
    const complaints = reader.complaints.splice(0);
    expect(complaints.filter((text) => !text.includes(`status of ${status}`))).toEqual([]);
  }

  describe('of the demo', () => {
    test('the pulse is a link away, and says what the API says', async () => {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Pulse' }).click();
      await page.getByRole('link', { name: '60 min' }).click();
      await still();
      expect(page.url()).toBe(`${backbone.url}/?page=pulse&minutes=60`);
      await agrees(async () => {
        const pulse = await backbone.ask<Pulse>('/api/analytics/pulse?minutes=60&class=human');
        const { active_visitors, active_requests, active_transfers, active_events } = pulse;
        expect(await reader.measures('.tile')).toEqual({
          active_visitors,
          active_requests,
          active_transfers,
          active_events,
        });
        expect(await page.locator('.recent tbody tr').count()).toBe(pulse.recent_events.length);
        expect(await page.locator('[data-feed]').count()).toBe(pulse.sources.length);
      });
      expect(await page.locator('[data-computed]').textContent()).toMatch(/Computed at \d\d:\d\d:\d\d/);
    });

    test('its tokens are listed in every state, searched by beginning and narrowed by status', async () => {
      await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Tokens' }).click();
      await still();
      const listed = () =>
        page.locator('[data-token]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-token')));
      const { tokens } = await backbone.ask<TokenList>('/api/tokens');
      expect(await listed()).toEqual(tokens.map(({ token_name }) => token_name));
      const shown = await page
        .locator('.listing [data-status]')
        .evaluateAll((all) => all.map((each) => each.getAttribute('data-status')));
      expect(shown).toEqual(tokens.map(({ status }) => status));
      expect(new Set(shown).size).toBe(5);
      await page.getByRole('searchbox').fill('Co');
      await agrees(async () => expect(await listed()).toEqual(['community-x', 'conference-lisbon']));
      expect(page.url()).toContain('q=co');
      await page.getByRole('searchbox').fill('');
      await page.getByRole('link', { name: 'Used up' }).click();
      await agrees(async () => expect(await listed()).toEqual(['press-preview']));
    });

    test('a token shows its uses, who was turned away, and that it can’t be changed here', async () => {
      await page.getByRole('link', { name: 'press-preview' }).click();
      await still();
      expect(page.url()).toContain('token=press-preview');
      const token = await backbone.ask<WholeToken>('/api/tokens/press-preview');
      expect(token).toMatchObject({ usage_count: 30, status: 'exhausted' });
      expect(await page.locator('[data-fact="used"]').getAttribute('data-value')).toBe('30');
      const activity = await backbone.ask<TokenActivity>('/api/tokens/press-preview/activity?days=7');
      expect(activity.rejected_share).toBeGreaterThan(0);
      await agrees(async () =>
        expect(await page.locator('[data-rejected-share]').getAttribute('data-rejected-share')).toBe(
          String(activity.rejected_share),
        ),
      );
      expect(await page.locator('[data-number]').first().getAttribute('data-number')).toBe('30');
      await page.locator('.token-events').getByRole('button', { name: 'Next page' }).click();
      await page.locator('[data-number="20"]').waitFor();
      expect(await page.getByRole('button', { name: 'Revoke' }).count()).toBe(0);
      expect(await page.locator('.token-link').textContent()).toMatch(/site_url/);
    });

    test('the arrow keys go through the days', async () => {
      const chart = page.getByRole('slider', { name: /^Accepted uses;/ });
      await chart.focus();
      await page.keyboard.press('Home');
      expect(await chart.getAttribute('aria-valuetext')).toMatch(/Uses: \d/);
    });
  });

  describe('of an application', () => {
    const use = (use_id: string) =>
      backbone.send<{ success: boolean; rejection_reason: string | null }>(
        'POST',
        '/api/tokens/friends-of-bo/use',
        { action: 'page_opened', use_id, ip: '192.0.2.7', country: 'PT' },
      );

    test('a token is made with a form, and has a link to copy and a QR code', async () => {
      const { etag, answer } = await backbone.send<object>('GET', '/api/settings');
      await backbone.send('PUT', '/api/settings', { ...answer, site_url: 'https://send.example.org/' }, etag);
      await open('?page=tokens');
      await page.getByRole('link', { name: 'New token' }).click();
      await page.getByLabel('Name').fill('friends-of-bo');
      await page.getByLabel('Limit').fill('2');
      await page.getByLabel('Note').fill('Bo hands it out');
      await page.getByRole('button', { name: 'Make token' }).click();
      await page.locator('h1', { hasText: 'friends-of-bo' }).waitFor();
      await still();
      const link = 'https://send.example.org/?token=friends-of-bo';
      expect(await page.locator('[data-link]').textContent()).toBe(link);
      expect(
        await page.locator('.qr').evaluate((image: HTMLImageElement) => image.naturalWidth),
      ).toBeGreaterThan(0);
      await page.getByRole('button', { name: 'Copy link' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);
      expect(await page.locator('[data-fact="remaining"]').getAttribute('data-value')).toBe('2');
    });

    test('a name that is taken is answered with names that are free', async () => {
      await open('?page=tokens&token=new');
      await page.getByLabel('Name').fill('Friends-of-Bo');
      await page.getByRole('button', { name: 'Make token' }).click();
      await page.getByRole('alert').waitFor();
      await page.locator('.suggestions').getByRole('button', { name: 'friends-of-bo-2' }).click();
      expect(await page.getByLabel('Name').inputValue()).toBe('friends-of-bo-2');
      await page.getByRole('button', { name: 'Make token' }).click();
      await page.locator('h1', { hasText: 'friends-of-bo-2' }).waitFor();
      forgive(409);
    });

    test('used to its limit, it is used up, here as in the API', async () => {
      await open('?page=tokens&token=friends-of-bo');
      expect(await page.locator('h1 [data-status]').getAttribute('data-status')).toBe('active');
      const answers = [await use('one'), await use('two'), await use('two'), await use('three')];
      expect(answers.map(({ answer }) => answer.success)).toEqual([true, true, true, false]);
      expect(answers.at(-1)?.answer.rejection_reason).toBe('exhausted');
      await page.locator('h1 [data-status="exhausted"]').waitFor({ timeout: POLLED });
      expect(await page.locator('[data-fact="used"]').getAttribute('data-value')).toBe('2');
    });

    test('raising its limit lets it be used again; a change by somebody else is told before it is undone', async () => {
      await page.getByRole('button', { name: 'Raise limit' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Limit').fill('5');
      const { etag } = await backbone.send('GET', '/api/tokens/friends-of-bo');
      await backbone.send('PATCH', '/api/tokens/friends-of-bo', { usage_limit: 3 }, etag);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.getByRole('alert').waitFor();
      expect(await dialog.getByRole('alert').textContent()).toMatch(
        /Somebody else.*its limit was 2 and is 3.*Nothing of your change was made/,
      );
      forgive(412);
      await dialog.getByRole('button', { name: 'Save' }).click();
      await dialog.waitFor({ state: 'detached' });
      await page.locator('h1 [data-status="active"]').waitFor();
      expect(await backbone.ask('/api/tokens/friends-of-bo')).toMatchObject({
        usage_limit: 5,
        status: 'active',
      });
      expect((await use('four')).answer.success).toBe(true);
    });

    test('it is paused, resumed, revoked and reactivated, each after a question', async () => {
      for (const [turn, status, success] of [
        ['Pause', 'paused', false],
        ['Resume', 'active', true],
        ['Revoke', 'revoked', false],
        ['Reactivate', 'active', true],
      ] as const) {
        await page.getByRole('button', { name: turn }).click();
        const dialog = page.getByRole('dialog');
        expect(await dialog.textContent()).toContain(`${turn} friends-of-bo?`);
        await dialog.getByRole('button', { name: turn }).click();
        await page.locator(`h1 [data-status="${status}"]`).waitFor();
        expect((await use(`after ${turn}`.replace(' ', '-'))).answer.success).toBe(success);
      }
    });

    test('Escape leaves a question unanswered, and the focus returns to what asked it', async () => {
      const button = page.getByRole('button', { name: /^Revoke$|^Raise limit$/ }).first();
      await button.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      expect(await button.evaluate((element) => element === document.activeElement)).toBe(true);
    });

    test('who was turned away is counted', async () => {
      await agrees(async () => {
        const { rejected_share } = await backbone.ask<TokenActivity>(
          '/api/tokens/friends-of-bo/activity?days=7',
        );
        expect(rejected_share).toBeGreaterThan(0.2);
        await open('?page=tokens&token=friends-of-bo');
        expect(await page.locator('[data-rejected-share]').getAttribute('data-rejected-share')).toBe(
          String(rejected_share),
        );
      });
    });

    test('a long list is turned page by page, and a search begins with its first', async () => {
      const names = Array.from({ length: 22 }, (_, index) => `guest-${String(index + 1).padStart(2, '0')}`);
      await backbone.send('POST', '/api/tokens/bulk', { tokens: names.map((name) => ({ name })) });
      await open('?page=tokens&q=guest');
      const rows = page.locator('[data-token]');
      expect(await rows.count()).toBe(20);
      await page.locator('.tokens').getByRole('button', { name: 'Next page' }).click();
      await page.locator('[data-token="guest-21"]').waitFor();
      expect(await rows.count()).toBe(2);
      await page.getByRole('searchbox').fill('guest-0');
      await agrees(async () => expect(await rows.count()).toBe(9));
      await page.getByRole('searchbox').fill('guest');
      await agrees(async () => expect(await rows.count()).toBe(20));
      expect(await page.locator('.listing .usage').first().textContent()).toBe('0, unlimited');
    });

    test('a posted event is in the pulse within seconds, without a reload', async () => {
      await open('?page=pulse');
      const before = await reader.measures('.tile');
      const { status } = await backbone.send('POST', '/api/events', {
        event_type: 'invoice_paid',
        method: 'POST',
        path: '/invoices',
        status_code: 201,
      });
      expect(status).toBe(202);
      await page.locator('[data-event="invoice_paid"]').waitFor({ timeout: POLLED });
      expect(await page.locator('[data-event="invoice_paid"]').textContent()).toMatch(
        /Invoice paid.*POST \/invoices.*201/,
      );
      expect((await reader.measures('.tile')).active_requests).toBe((before.active_requests ?? 0) + 1);
      expect(await page.locator('[data-verdict]').getAttribute('data-verdict')).toBe('yes');
      expect(await page.locator('[data-feed="application.main"]').getAttribute('data-fresh')).toBe('fresh');
    });

    test('it asks again while it is visible, moves nothing, and is silent while nobody looks', async () => {
      const questions: string[] = [];
      page.on('request', (request) => questions.push(new URL(request.url()).pathname));
      const asked = () => questions.filter((path) => path === '/api/analytics/pulse').length;
      await page.evaluate(() => {
        const shifts = { sum: 0 };
        Object.assign(window, { shifts });
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
            shifts.sum += entry.value;
        }).observe({ type: 'layout-shift' });
      });
      await page.waitForTimeout(12_000);
      expect(asked()).toBeGreaterThanOrEqual(1);
      expect(asked()).toBeLessThanOrEqual(2);
      expect(await page.evaluate(() => (window as unknown as { shifts: { sum: number } }).shifts.sum)).toBe(
        0,
      );
      const before = asked();
      await page.evaluate(() =>
        Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => 'hidden' }),
      );
      await page.waitForTimeout(12_000);
      expect(asked()).toBe(before);
    }, 40_000);

    test('a key without the scope is told which one is missing', async () => {
      const { answer } = await backbone.send<{ key: string }>('POST', '/api/keys', {
        name: 'numbers only',
        scopes: ['traffic:read', 'pipeline:read'],
      });
      await page.evaluate((key) => sessionStorage.setItem('admin-key', key), answer.key);
      await page.goto(`${backbone.url}/?page=tokens`);
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('alert').textContent()).toContain('"tokens:read"');
      await page.evaluate((key) => sessionStorage.setItem('admin-key', key), backbone.key);
      await open('?page=tokens');
      expect(await page.getByRole('alert').count()).toBe(0);
      forgive(403);
    });

    test.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 360],
      ['dark', 360],
    ] as const)('fits its window without sideways scrolling: %s, %i px', async (colorScheme, width) => {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme });
      for (const query of [
        '?page=pulse&minutes=60',
        '?page=tokens',
        '?page=tokens&token=friends-of-bo',
        '?page=tokens&token=new',
      ]) {
        await open(query);
        await keepPicture(`${query.replace(/\W+/g, '-')}-${colorScheme}-${width}`);
        const [wide, room] = await page.evaluate(() => [
          document.documentElement.scrollWidth,
          document.documentElement.clientWidth,
        ]);
        expect([query, wide]).toEqual([query, room]);
        if (query.endsWith('friends-of-bo')) await showsWholeTimes();
      }
    });

    test('nothing left the origin, and the browser had nothing to complain about', () => {
      expect([...reader.origins]).toEqual([backbone.url]);
      expect(reader.complaints).toEqual([]);
    });
  });

  /** Of each use in the list, the date and the time are there, and nothing of them is cut off. */
  async function showsWholeTimes(): Promise<void> {
    const times = await page.locator('.token-events .listing .when').evaluateAll((cells) =>
      cells.map((cell) => {
        const text = document.createRange();
        text.selectNodeContents(cell);
        const [written, cellBox] = [text.getBoundingClientRect(), cell.getBoundingClientRect()];
        // An ellipsis stands before the padding.
        const end = cellBox.right - Number.parseFloat(getComputedStyle(cell).paddingRight);
        return { text: cell.textContent, isCut: written.right > end || written.bottom > cellBox.bottom };
      }),
    );
    expect(times.length).toBeGreaterThan(3);
    for (const time of times)
      expect(time).toEqual({ text: expect.stringMatching(/^\d+ \w+( \d{4})?, \d\d:\d\d$/), isCut: false });
  }

  /** `PICTURES=<folder>` keeps what was looked at, for people to look at. */
  async function keepPicture(name: string): Promise<void> {
    const folder = process.env.PICTURES;
    if (folder === undefined) return;
    await mkdir(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
});
