import { useState } from 'preact/hooks';
import type { WholeToken } from './token.ts';
import { TokenEdit } from './token-edit.tsx';
import { TokenTurn, type Turn } from './token-turn.tsx';

interface Props {
  readonly token: WholeToken;
  /** Stamp of this reading of it. */
  readonly etag: string | undefined;
  readonly timezone: string;
  readonly changed: () => void;
}

const TURNS: Record<WholeToken['status'], readonly Turn[]> = {
  active: ['pause', 'revoke'],
  paused: ['resume', 'revoke'],
  exhausted: ['revoke'],
  expired: ['revoke'],
  revoked: ['reactivate'],
};

const TURN_NAMES: Record<Turn, string> = {
  pause: 'Pause',
  resume: 'Resume',
  revoke: 'Revoke',
  reactivate: 'Reactivate',
};

const EDIT_NAMES: Partial<Record<WholeToken['status'], string>> = {
  exhausted: 'Raise limit',
  expired: 'Change end',
};

/** What can be done to a token in its state; each after a question. */
export function TokenActions({ token, etag, timezone, changed }: Props) {
  const [open, setOpen] = useState<Turn | 'edit'>();
  const close = () => setOpen(undefined);
  return (
    <div class="actions">
      <button type="button" class="button" onClick={() => setOpen('edit')}>
        {EDIT_NAMES[token.status] ?? 'Change limit'}
      </button>
      {TURNS[token.status].map((turn) => (
        <button
          type="button"
          key={turn}
          class={turn === 'revoke' ? 'button danger' : 'button'}
          onClick={() => setOpen(turn)}
        >
          {TURN_NAMES[turn]}
        </button>
      ))}
      {open === 'edit' && (
        <TokenEdit token={token} etag={etag} timezone={timezone} changed={changed} close={close} />
      )}
      {open !== undefined && open !== 'edit' && (
        <TokenTurn token={token} turn={open} name={TURN_NAMES[open]} changed={changed} close={close} />
      )}
    </div>
  );
}
