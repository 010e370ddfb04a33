import type { EventSink, PrivateEvent } from '@sgraph-backbone/layer/events';
import type { Log } from '@sgraph-backbone/layer/runtime';

export interface GroupCommitOptions {
  /** Makes events durable; resolves when they are. */
  readonly commit: (events: readonly PrivateEvent[]) => Promise<unknown>;
  /** How long a group waits for more, ms. @default 50 */
  readonly gathering?: number;
  /** Events that may wait for the commit before theirs; what is beyond has to be sent again. @default 50_000 */
  readonly most?: number;
  readonly log: Log;
}

interface Group {
  readonly events: PrivateEvent[];
  /** Whether the group has become durable. */
  readonly done: Promise<boolean>;
}

/**
 * A sink that makes events durable which come within a moment of each other together, and one group after the other:
 * an object for each of them would be more than a store can list. What can't be written is answered as not taken.
 */
export function groupCommit(options: GroupCommitOptions): EventSink {
  const { gathering = 50, most = 50_000 } = options;
  let open: Group | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const begin = (): Group => {
    const events: PrivateEvent[] = [];
    const before = last;
    const done = (async () => {
      await Promise.all([sleep(gathering), before]);
      open = undefined;
      return committed(options, events);
    })();
    last = done;
    return { events, done };
  };
  return {
    async take(events) {
      if (events.length === 0) return NONE;
      open ??= begin();
      const room = Math.max(0, most - open.events.length);
      const taken = events.slice(0, room);
      open.events.push(...taken);
      const group = open;
      const kept = taken.length > 0 && (await group.done);
      return events.flatMap((_, index) => (kept && index < room ? [] : [index]));
    },
  };
}

const NONE: readonly number[] = [];

async function committed(
  { commit, log }: GroupCommitOptions,
  events: readonly PrivateEvent[],
): Promise<boolean> {
  try {
    await commit(events);
    return true;
  } catch (error) {
    // Whoever posted them is told to send them again.
    log.error('events could not be written', { events: events.length, error });
    return false;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
