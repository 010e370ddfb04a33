import { CLASSES, DEFAULT_RULES, FIELDS } from '@sgraph-backbone/layer/logs';
import { createSummaryBuilder, type Summary } from '@sgraph-backbone/layer/rollups';
import fc from 'fast-check';
import { allRows, blockOf, type Line } from './event-blocks.ts';

const ALL = Object.values(FIELDS).reduce((all, bit) => all | bit, 0);

/** The summary of lines given as blocks. */
export function summaryOf(...blocks: readonly (readonly Line[])[]): Summary {
  const realtime = blocks.flat().some(({ sampling }) => sampling !== undefined);
  const application = blocks.flat().some(({ event }) => event !== undefined);
  const kind = application ? 'application' : realtime ? 'realtime' : 'standard';
  const builder = createSummaryBuilder({ rules: DEFAULT_RULES, kind });
  for (const lines of blocks) {
    const block = blockOf(lines);
    builder.add(block, allRows(block), block.length);
  }
  return builder.finish();
}

/** Lines with few values per field, so that they meet. */
export const anyLine: fc.Arbitrary<Line> = fc.record(
  {
    class: fc.constantFrom(...CLASSES),
    method: fc.constantFrom('GET', 'HEAD', 'POST', 'OPTIONS'),
    path: fc.constantFrom(
      '/',
      '/a.html',
      '/a.png',
      '/api/x',
      '/transfers/download/{id}',
      '/transfers/complete/{id}',
    ),
    status: fc.constantFrom(0, 103, 200, 204, 206, 301, 304, 404, 503),
    bytes: fc.nat(5_000),
    type: fc.constantFrom('text/html', 'image/png'),
    result: fc.constantFrom('Hit', 'Miss', 'RefreshHit', 'Error'),
    edgeResult: fc.constantFrom('Hit', 'Miss', 'LimitExceeded'),
    edge: fc.constantFrom('LIS50-C1', 'FRA2-C1'),
    host: fc.constantFrom('a.example', 'b.example'),
    country: fc.constantFrom('PT', 'DE'),
    referrer: fc.constantFrom('x.example', 'y.example'),
    query: fc.constantFrom('{"utm_source":"x"}', '{"token":"t","utm_source":"y"}', '{"utm_term":"z"}'),
    rule: fc.constantFrom('r1', 'r2'),
    rangeStart: fc.constantFrom(0, 500),
    time: fc.nat(9_000),
    ttfb: fc.nat(900),
    client: fc.record({
      browser: fc.constantFrom('Firefox', 'Chrome'),
      browser_version: fc.constantFrom('1', '2'),
    }),
    visitor: fc.nat(30),
    key: fc.constantFrom('k1', 'k2'),
    measured: fc.constantFrom(ALL, ALL & ~FIELDS.path, ALL & ~FIELDS.status, 0),
  },
  { requiredKeys: ['class'] },
);

/** Events of applications with few values per member, so that they meet. */
export const anyEvent: fc.Arbitrary<Line> = fc.record(
  {
    class: fc.constantFrom(...CLASSES),
    event: fc.constantFrom(
      'page_view',
      'api_call',
      'file_upload',
      'file_viewed',
      'transfer_download_completed',
      'token_use',
      'token_rejected',
    ),
    token: fc.constantFrom('community-x', 'press'),
    method: fc.constantFrom('GET', 'POST'),
    path: fc.constantFrom('/', '/api/x'),
    status: fc.constantFrom(200, 201, 404, 503),
    bytes: fc.nat(5_000),
    country: fc.constantFrom('PT', 'DE'),
    referrer: fc.constantFrom('x.example', 'y.example'),
    query: fc.constantFrom('{"utm_source":"x"}', '{"token":"t","utm_source":"y"}'),
    duration: fc.nat(9_000),
    client: fc.record({ browser: fc.constantFrom('Firefox', 'Chrome') }),
    visitor: fc.nat(30),
    key: fc.constantFrom('k1', 'k2'),
    measured: fc.constantFrom(ALL, ALL & ~FIELDS.agent),
  },
  { requiredKeys: ['class', 'event'] },
);
