import type { Page } from 'playwright-core';

/** What a page shows, what it asked, and what went wrong in it. */
export interface PageReader {
  /** Errors of the console, violations of the content security policy, exceptions. */
  readonly complaints: string[];
  readonly origins: ReadonlySet<string>;
  /** Waits until every part has the answer to its present question. */
  settled(): Promise<void>;
  /** The last traffic question of a kind (`summary`, `top/path`) that the page put to the API. */
  asked(question: string): string;
  /** Values by measure, null where not measured. */
  measures(selector: string): Promise<Record<string, number | null>>;
  /** Value and requests of each row of a top list. */
  topList(dimension: string): Promise<[string, number][]>;
}

const ATTEMPTS = 8;

export function readPage(page: Page): PageReader {
  const complaints: string[] = [];
  const origins = new Set<string>();
  const questions: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('request', (request) => {
    const { origin, pathname, search } = new URL(request.url());
    origins.add(origin);
    questions.push(pathname + search);
  });
  return {
    complaints,
    origins,
    settled: () => settled(page),
    asked: (question) => lastAsked(questions, question),
    measures: (selector) => measures(page, selector),
    topList: (dimension) => topList(page, dimension),
  };
}

/** Runs a comparison of page and API until it holds: the page refreshes, so both may move between two looks. */
export async function agrees(compare: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await compare();
    } catch (difference) {
      if (attempt === ATTEMPTS) throw difference;
      await new Promise((wake) => setTimeout(wake, 500));
    }
  }
}

async function settled(page: Page): Promise<void> {
  await page.locator('.headline').waitFor();
  await page.waitForFunction(() => document.querySelector('.skeleton, [aria-busy="true"]') === null);
}

// Today's summary, which only names the time zone, is asked without a class.
function lastAsked(questions: readonly string[], question: string): string {
  const found = questions.findLast(
    (each) => each.startsWith(`/api/sa/traffic/${question}?`) && each.includes('class='),
  );
  if (found === undefined) throw new Error(`the page never asked for ${question}`);
  return found;
}

async function measures(page: Page, selector: string): Promise<Record<string, number | null>> {
  const read = await page
    .locator(selector)
    .evaluateAll((all) =>
      all.map((each) => [each.getAttribute('data-measure'), each.getAttribute('data-value')] as const),
    );
  return Object.fromEntries(read.map(([name, value]) => [name, value === 'null' ? null : Number(value)]));
}

async function topList(page: Page, dimension: string): Promise<[string, number][]> {
  const rows = page.locator(`[data-dimension="${dimension}"] tbody tr[data-value]`);
  return rows.evaluateAll((all) =>
    all.map((row) => [
      row.getAttribute('data-value') ?? '',
      Number(row.querySelector('[data-requests]')?.getAttribute('data-requests')),
    ]),
  );
}
