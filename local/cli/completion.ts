import { settleFeed } from '@sgraph-backbone/layer/derived';
import { extendCoverage, type Interval, type WindowOfFeed } from '@sgraph-backbone/layer/ledger';
import { HALF_HOUR, parseWindowKey, windowStart } from '@sgraph-backbone/layer/rollups';
import { BadUsage, type Given } from './command.ts';
import { instantOf } from './instant.ts';
import type { Session } from './session.ts';
import type { Tally } from './tally.ts';

/** What an operator says is complete: the files' own span, or the span given. */
export type Completion =
  | { readonly kind: 'none' }
  | { readonly kind: 'touched' }
  | { readonly kind: 'span'; readonly span: Interval };

/** Reads the --complete options. Throws BadUsage. */
export function completionOf(given: Given): Completion {
  const from = given.text('complete-from');
  const through = given.text('complete-through');
  if (from === undefined && through === undefined)
    return { kind: given.flag('complete') ? 'touched' : 'none' };
  if (from === undefined || through === undefined)
    throw new BadUsage('import: --complete-from and --complete-through go together');
  const span = {
    start: instantOf('import', 'complete-from', from),
    end: instantOf('import', 'complete-through', through),
  };
  if (span.start < span.end) return { kind: 'span', span };
  throw new BadUsage(`import: --complete-from ${from} is not before --complete-through ${through}`);
}

/** Extends the coverage of every feed that the import touched, and makes final what lies inside it. */
export async function completeCoverage(
  { pipeline }: Session,
  completion: Completion,
  tally: Tally,
): Promise<void> {
  if (completion.kind === 'none') return;
  for (const [feed, touched] of spansOf(tally.windows.values())) {
    const interval = completion.kind === 'span' ? inWindows(completion.span) : touched;
    await extendCoverage(pipeline.data, feed, interval);
    await settleFeed(pipeline, feed);
  }
}

function spansOf(windows: Iterable<WindowOfFeed>): Map<string, Interval> {
  const spans = new Map<string, Interval>();
  for (const { feed, window } of windows) {
    const start = parseWindowKey(window);
    const span = spans.get(feed) ?? { start, end: start + HALF_HOUR };
    spans.set(feed, {
      start: Math.min(span.start, start),
      end: Math.max(span.end, start + HALF_HOUR),
    });
  }
  return spans;
}

/** Only whole windows can be complete. */
function inWindows({ start, end }: Interval): Interval {
  return { start: windowStart(start + HALF_HOUR - 1), end: windowStart(end) };
}
