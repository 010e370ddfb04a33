import type { NewToken, Turn } from '@sgraph-backbone/layer/tokens';

/** An invitation of the demo: when it was made and what was done to it since. Times are epoch ms, none after now. */
export interface Invitation {
  readonly made: number;
  readonly token: NewToken;
  readonly turns: readonly { readonly at: number; readonly turn: Turn }[];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** One invitation of each state and some between; what they are used for follows from the week's visits. */
export function invitations(start: number): Invitation[] {
  const end = start + 7 * DAY;
  return [
    invitation('community-x', 400, start, { note: 'Link in the forum post', audience: 'community' }),
    invitation('press-preview', 30, start, { note: 'Reviewers, before the launch', audience: 'press' }),
    invitation('friends-of-ana', 0, start, { note: 'Ana hands it out herself' }, [
      { at: end - DAY + 9 * HOUR, turn: 'pause' },
    ]),
    expiring('beta-testers', 100, start, end - 2 * DAY + 18 * HOUR),
    invitation('launch-week', 50, start, { note: 'Printed on the flyers; leaked' }, [
      { at: end - 3 * DAY + 10 * HOUR, turn: 'revoke' },
    ]),
    expiring('conference-lisbon', 250, start, end + 30 * DAY),
    invitation('board-members', 12, start, { audience: 'board' }),
  ];
}

function invitation(
  name: string,
  usage_limit: number,
  start: number,
  metadata: NewToken['metadata'],
  turns: Invitation['turns'] = [],
): Invitation {
  const token = { name, usage_limit, expires_at: null, created_by: 'demo', metadata };
  return { made: start - 2 * DAY, token, turns };
}

function expiring(name: string, usage_limit: number, start: number, expires_at: number): Invitation {
  const made = invitation(name, usage_limit, start, { note: 'Ends by itself' });
  return { ...made, token: { ...made.token, expires_at } };
}
