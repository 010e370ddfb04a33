import { keyBasedFolder } from '@sgraph-backbone/layer/cache';
import { isAllKept } from '@sgraph-backbone/layer/derived';
import {
  allFeedOf,
  BadFeed,
  checkedFeed,
  isAllFeed,
  KINDS,
  type Kind,
  kindOf,
  namespacesOf,
} from '@sgraph-backbone/layer/ledger';
import { HttpError, malformed } from '@sgraph-backbone/layer/runtime';
import type { ObjectStore } from '@sgraph-backbone/layer/store';

/** What a question reads: one feed, or all feeds of one kind. Kinds are never added up. */
export interface FeedChoice {
  /** As understood: a kind or a feed. */
  readonly feed: string;
  readonly feeds: readonly string[];
  /** The feeds whose roll-ups are read for it: where `<kind>.all` is kept, that one alone. */
  readonly sources: readonly string[];
}

/** Resolves `feed=`, or the primary kind. Throws 400 for a malformed feed and 404 for one that has no data. */
export async function chooseFeeds(
  data: ObjectStore,
  asked: string | undefined,
  primary: Kind | undefined,
): Promise<FeedChoice> {
  if (asked === undefined) return primaryKind(data, primary);
  if (isKind(asked)) return wholeKind(data, asked, asked);
  const kind = kindOf(checked(asked));
  if (isAllFeed(asked)) return wholeKind(data, kind, asked);
  const known = await feedsOf(data, kind);
  if (known.includes(asked)) return { feed: asked, feeds: [asked], sources: [asked] };
  throw new HttpError(
    404,
    'unknown_feed',
    `there is no feed "${asked}"; there is ${known.join(', ') || 'none yet'}`,
    {
      details: { feeds: known },
    },
  );
}

/** The feeds of a kind that have roll-ups: one listing of folders, whatever the store holds. */
async function feedsOf(data: ObjectStore, kind: Kind): Promise<string[]> {
  const folder = keyBasedFolder(namespacesOf(`${kind}.`).aggregate, '');
  const feeds: string[] = [];
  for await (const row of data.list(folder, { delimiter: '/' })) {
    if ('prefix' in row) feeds.push(row.prefix.slice(folder.length, -1));
  }
  return feeds.filter((feed) => feed.startsWith(`${kind}.`) && !isAllFeed(feed));
}

async function wholeKind(data: ObjectStore, kind: Kind, feed: string): Promise<FeedChoice> {
  const feeds = await feedsOf(data, kind);
  const shared = feeds.length > 1 && (await isAllKept(data, kind));
  return { feed, feeds, sources: shared ? [allFeedOf(kind)] : feeds };
}

async function primaryKind(data: ObjectStore, primary: Kind | undefined): Promise<FeedChoice> {
  const candidates = primary === undefined ? KINDS : [primary];
  for (const kind of candidates) {
    const choice = await wholeKind(data, kind, kind);
    if (choice.feeds.length > 0) return choice;
  }
  return { feed: candidates[0]!, feeds: [], sources: [] };
}

function isKind(text: string): text is Kind {
  return (KINDS as readonly string[]).includes(text);
}

function checked(feed: string): string {
  try {
    return checkedFeed(feed);
  } catch (error) {
    if (!(error instanceof BadFeed)) throw error;
    throw malformed([
      { name: 'feed', given: feed, accepted: 'a kind (standard, realtime, application) or <kind>.<name>' },
    ]);
  }
}
