import { describe, expect, test } from '@jest/globals';
import type { Line } from './event-blocks.ts';
import { rollUp, windowsOf, world } from './rollup-tree.ts';

const line: Line = { class: 'human', method: 'GET', path: '/', status: 200, visitor: 1 };

function measuresOf(lines: readonly Line[], period: 'daily' | 'weekly', key: string) {
  const windows = windowsOf({ '2026-02-16-1430': lines });
  return rollUp(world({ feed: 'realtime.local', windows }), period, key)?.measures;
}

describe('real-time logs that hold a part of the requests', () => {
  test('count what was delivered, estimate what there was, and do not know visitors', () => {
    const sampled = [
      { ...line, sampling: 5 },
      { ...line, sampling: 5, visitor: 2 },
      { ...line, sampling: 5, class: 'bot' as const },
    ];
    const measures = measuresOf(sampled, 'daily', '2026-02-16');
    expect(measures?.all).toMatchObject({
      total_requests: 3,
      estimated_total_requests: 60,
      unique_visitors: null,
    });
    expect(measures?.all.sampling).toBeCloseTo(5);
    expect(measures?.human).toMatchObject({ total_requests: 2, estimated_total_requests: 40 });
    expect(measuresOf(sampled, 'weekly', '2026-W08')?.all.visitor_days).toBeNull();
  });

  test('are estimated by the rate of each line when the rate has changed', () => {
    const measures = measuresOf(
      [line, { ...line, sampling: 50 }, { ...line, sampling: 3 }],
      'daily',
      '2026-02-16',
    );
    // 1 + 2 + 33.333
    expect(measures?.all).toMatchObject({ total_requests: 3, estimated_total_requests: 36 });
    expect(measures?.all.sampling).toBeCloseTo((3 / 36) * 100);
  });

  test('estimate nothing where all requests were logged', () => {
    const measures = measuresOf([line, { ...line, visitor: 2 }], 'daily', '2026-02-16');
    expect(measures?.all).toMatchObject({
      sampling: null,
      estimated_total_requests: null,
      unique_visitors: 2,
    });
  });
});
