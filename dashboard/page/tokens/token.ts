import { exact } from '../numbers.ts';

export const STATUSES = ['active', 'paused', 'exhausted', 'expired', 'revoked'] as const;
export type Status = (typeof STATUSES)[number];

/** A token as lists answer it. Instants are epoch ms. */
export interface Token {
  readonly token_name: string;
  /** 0: unlimited. */
  readonly usage_limit: number;
  readonly usage_count: number;
  /** Null: unlimited. */
  readonly remaining: number | null;
  readonly status: Status;
  readonly created_at: number;
  readonly created_by: string;
  readonly expires_at: number | null;
  readonly revoked_at: number | null;
  readonly last_used_at: number | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What to send; null: nothing says where the site is. */
  readonly link: string | null;
}

/** With what only one token at a time is answered with. */
export interface WholeToken extends Token {
  /** The link as a QR code. */
  readonly qr_svg: string | null;
}

export interface TokenList {
  readonly tokens: readonly Token[];
  readonly next_cursor: string | null;
}

/** An accepted use. */
export interface TokenEvent {
  readonly event_id: string;
  readonly number: number;
  readonly timestamp: number;
  readonly action: string;
  readonly user_agent_normalised: string | null;
  readonly country: string | null;
}

export interface TokenEvents {
  readonly events: readonly TokenEvent[];
  readonly next_cursor: string | null;
}

export interface UsagePoint {
  /** `2026-02-16`, `2026-02-16-14` or `2026-02`. */
  readonly time_key: string;
  readonly uses: number;
}

export interface TokenUsage {
  readonly granularity: 'daily' | 'monthly';
  readonly points: readonly UsagePoint[];
}

export interface ActivityDay extends UsagePoint {
  /** Null: no use said where it came from. */
  readonly unique_visitors: number | null;
  /** Null: nothing is known of this day yet. */
  readonly rejected: number | null;
}

export interface TokenActivity {
  /** Hours in UTC. */
  readonly hours: readonly UsagePoint[];
  readonly days: readonly ActivityDay[];
  /** 0 to 1. */
  readonly rejected_share: number | null;
  readonly complete: boolean;
}

/** What a status is called, and what it means for whoever holds the token. */
export const STATUS_WORDS: Record<Status, { readonly word: string; readonly meaning: string }> = {
  active: { word: 'Active', meaning: 'It may be used.' },
  paused: { word: 'Paused', meaning: 'Every use is refused until it is resumed.' },
  exhausted: {
    word: 'Used up',
    meaning: 'All of its uses are taken; a higher limit lets it be used again.',
  },
  expired: { word: 'Expired', meaning: 'Its time is over; a later end lets it be used again.' },
  revoked: { word: 'Revoked', meaning: 'Every use is refused, until somebody reactivates it.' },
};

/** "30 of 30", "163, unlimited". */
export function usedWords({ usage_count, usage_limit }: Pick<Token, 'usage_count' | 'usage_limit'>): string {
  return usage_limit === 0
    ? `${exact(usage_count)}, unlimited`
    : `${exact(usage_count)} of ${exact(usage_limit)}`;
}

/** The API's address of a token. */
export function tokenPath(name: string): string {
  return `/api/tokens/${encodeURIComponent(name)}`;
}

/** What of a token somebody may have changed meanwhile, from one reading of it to the next, in words. */
export function differences(before: Token, after: Token): string[] {
  const limit = ({ usage_limit }: Token) => (usage_limit === 0 ? 'unlimited' : exact(usage_limit));
  const changed: string[] = [];
  if (before.usage_limit !== after.usage_limit)
    changed.push(`its limit was ${limit(before)} and is ${limit(after)}`);
  if (before.expires_at !== after.expires_at) changed.push('it ends at another time');
  if (before.status !== after.status)
    changed.push(`it was ${statusWord(before)} and is ${statusWord(after)}`);
  if (JSON.stringify(before.metadata) !== JSON.stringify(after.metadata))
    changed.push('its notes are others');
  return changed;
}

function statusWord({ status }: Token): string {
  return STATUS_WORDS[status].word.toLowerCase();
}
