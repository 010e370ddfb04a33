import { DEFAULT_RULES, type EventBlock } from '@sgraph-backbone/layer/logs';
import {
  createSummaryBuilder,
  type Summary,
  type SummaryBuilder,
  sumSummaries,
} from '@sgraph-backbone/layer/rollups';

// Logs are nearly in order of time: a window that had nothing in so many rows is most likely over.
const IDLE_ROWS = 150_000;

interface OpenWindow {
  readonly builder: SummaryBuilder;
  touched: number;
}

/** Sums rows by window. Windows that have gone quiet are closed, so that a year of logs needs no more memory than a day. */
export function createOpenWindows(idleRows = IDLE_ROWS) {
  const open = new Map<string, OpenWindow>();
  const closed = new Map<string, Summary>();
  let seen = 0;
  const close = (window: string, { builder }: OpenWindow) => {
    const known = closed.get(window);
    closed.set(window, known ? sumSummaries([known, builder.finish()]) : builder.finish());
    open.delete(window);
  };
  const closeIdle = () => {
    for (const [window, state] of open) if (seen - state.touched > idleRows) close(window, state);
  };
  return {
    add(window: string, block: EventBlock, rows: Int32Array, count: number): void {
      const known = open.get(window);
      if (!known) closeIdle();
      const state = known ?? {
        builder: createSummaryBuilder({ rules: DEFAULT_RULES, kind: 'standard' }),
        touched: seen,
      };
      open.set(window, state);
      state.builder.add(block, rows, count);
      seen += count;
      state.touched = seen;
    },
    /** Closes what is open. Windows by key. */
    finish(): ReadonlyMap<string, Summary> {
      for (const [window, state] of open) close(window, state);
      return closed;
    },
  };
}
