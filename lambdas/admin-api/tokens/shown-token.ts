import type { schema as z } from '@sgraph-backbone/layer/runtime';
import type { SiteSettings } from '@sgraph-backbone/layer/settings';
import {
  cacheHashOf,
  cacheIdOf,
  type NumberedUse,
  remainingOf,
  statusOf,
  type TokenRecord,
} from '@sgraph-backbone/layer/tokens';
import { qrSvg, tokenLink } from './token-link.ts';
import type { shownToken, tokenEvent, wholeToken } from './token-schemas.ts';

type ShownToken = z.infer<typeof shownToken>;

/** A token as lists answer it. */
export function showToken(record: TokenRecord, settings: SiteSettings, now: number): ShownToken {
  const { token_name, usage_limit, usage_count } = record;
  return {
    cache_id: cacheIdOf(token_name),
    cache_hash: cacheHashOf(token_name),
    token_name,
    usage_limit,
    usage_count,
    remaining: remainingOf(record),
    status: statusOf(record, now),
    created_at: record.created_at,
    created_by: record.created_by,
    expires_at: record.expires_at,
    revoked_at: record.revoked_at,
    last_used_at: record.last_used_at,
    metadata: record.metadata,
    generation: record.generation,
    link: tokenLink(settings, token_name),
  };
}

/** One token with its QR code, and the stamp that an edit of it names. */
export function wholeReply(record: TokenRecord, settings: SiteSettings, now: number) {
  const shown = showToken(record, settings, now);
  const answer: z.infer<typeof wholeToken> = {
    ...shown,
    qr_svg: shown.link === null ? null : qrSvg(shown.link),
  };
  return { answer, stamp: stampOf(answer) };
}

/** Changes with whatever is answered; of it, only the generation has to be today's. */
function stampOf(shown: z.infer<typeof wholeToken>): string {
  const { generation, usage_count, status, link } = shown;
  return `${generation}.${usage_count}.${status}.${Buffer.from(link ?? '').toString('base64url')}`;
}

/** The generation that a stamp names; undefined: it takes whatever is there; −1: no stamp of ours. */
export function generationOf(stamp: string | undefined): number | undefined {
  if (stamp === undefined || stamp === '*') return undefined;
  const generation = Number(/^(\d{1,15})\./.exec(stamp)?.[1] ?? -1);
  return generation;
}

/** An accepted use. */
export function showUse({ number, action, event }: NumberedUse): z.infer<typeof tokenEvent> {
  const { event_id, timestamp, visitor, client, country, transfer } = event;
  const agent = client && (client.agent || `${client.browser} on ${client.operating_system}`);
  return {
    event_id,
    number,
    timestamp,
    action,
    ip_hash: visitor?.hash ?? null,
    user_agent_normalised: agent ?? null,
    country: country ?? null,
    transfer_hash: transfer?.hash ?? null,
    success: true,
    rejection_reason: null,
  };
}
