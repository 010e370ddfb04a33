import { NAMESPACES } from '@sgraph-backbone/layer/store';

/** What a feed's events come from. Kinds describe the same requests twice, so they are never added up. */
export const KINDS = ['standard', 'realtime', 'application'] as const;
export type Kind = (typeof KINDS)[number];

const FEED = /^(standard|realtime|application)\.[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/** A feed name that is not `<kind>.<name>`. */
export class BadFeed extends Error {
  override readonly name = 'BadFeed';
}

/** `standard` + `E2EXAMPLE` → `standard.E2EXAMPLE`. Throws BadFeed on a name that can't be part of a key. */
export function feedOf(kind: Kind, name: string): string {
  if (name === ALL)
    throw new BadFeed(`feed: the name "${ALL}" stands for all feeds of a kind; give this one another`);
  return checkedFeed(`${kind}.${name}`);
}

const ALL = 'all';

/** What is kept like a feed once a kind has several: the sum of them. */
export function allFeedOf(kind: Kind): string {
  return `${kind}.${ALL}`;
}

export function isAllFeed(feed: string): boolean {
  return feed.slice(feed.indexOf('.') + 1) === ALL;
}

/** The feed itself, or BadFeed with the accepted form. */
export function checkedFeed(feed: string): string {
  if (FEED.test(feed)) return feed;
  throw new BadFeed(
    `feed: "${feed}" is not <kind>.<name> (kinds ${KINDS.join(', ')}; 1 to 64 of A-Z a-z 0-9 . _ -)`,
  );
}

/** The kind of a checked feed. */
export function kindOf(feed: string): Kind {
  return feed.slice(0, feed.indexOf('.')) as Kind;
}

/** The namespaces a feed's objects live in. */
export function namespacesOf(feed: string): (typeof NAMESPACES)['cloudfront' | 'analytics'] {
  return kindOf(feed) === 'application' ? NAMESPACES.analytics : NAMESPACES.cloudfront;
}

/** Grace time of a kind: how late its events may arrive (AWS: standard logs up to 24 h), in ms. */
export function graceOf(feed: string): number {
  return kindOf(feed) === 'realtime' ? 15 * 60_000 : 24 * 3_600_000;
}
