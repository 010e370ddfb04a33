import {
  type BatchName,
  counts,
  kindOf,
  type LedgerEntry,
  type WindowOfFeed,
} from '@sgraph-backbone/layer/ledger';

/** Which batches count, by their names `<object id>.<generation>`. */
export interface Activity {
  isActive(name: string): Promise<boolean>;
  /** Whether the object of a batch was taken out of every number. */
  isRemoved(name: string): Promise<boolean>;
}

export interface ActivityInput {
  readonly window: WindowOfFeed;
  readonly held: readonly Pick<BatchName, 'name'>[];
  readonly listed: readonly Pick<BatchName, 'name'>[];
  readonly entryOf: (objectId: string) => Promise<LedgerEntry | undefined>;
}

/** Of log objects the ledger says what counts; recorded events have no entry, and their highest generation counts. */
export function activityOf(input: ActivityInput): Activity {
  return kindOf(input.window.feed) === 'application' ? activityOfRecorded(input) : activityOfObjects(input);
}

/** `<object id>.<generation>` in its parts. */
export function splitName(name: string): { readonly objectId: string; readonly generation: number } {
  const dot = name.lastIndexOf('.');
  return { objectId: name.slice(0, dot), generation: Number(name.slice(dot + 1)) };
}

function activityOfObjects({ window, entryOf }: ActivityInput): Activity {
  return {
    async isActive(name) {
      const { objectId, generation } = splitName(name);
      return counts(await entryOf(objectId), generation, window);
    },
    isRemoved: async (name) => (await entryOf(splitName(name).objectId))?.state === 'removed',
  };
}

function activityOfRecorded({ held, listed }: ActivityInput): Activity {
  const highest = new Map<string, number>();
  for (const { name } of [...held, ...listed]) {
    const { objectId, generation } = splitName(name);
    highest.set(objectId, Math.max(generation, highest.get(objectId) ?? 0));
  }
  return {
    async isActive(name) {
      const { objectId, generation } = splitName(name);
      return highest.get(objectId) === generation;
    },
    isRemoved: async () => false,
  };
}
