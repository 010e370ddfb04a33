import { useState } from 'preact/hooks';
import { Dialog } from '../dialog.tsx';
import { change } from '../request.ts';
import { sentence } from '../sentence.ts';
import { type Token, tokenPath } from './token.ts';

export type Turn = 'pause' | 'resume' | 'revoke' | 'reactivate';

interface Props {
  readonly token: Token;
  readonly turn: Turn;
  /** On the button. */
  readonly name: string;
  readonly changed: () => void;
  readonly close: () => void;
}

const CONSEQUENCES: Record<Turn, string> = {
  pause: 'Every use is refused until it is resumed. What was used stays counted.',
  resume: 'Uses are accepted again, as far as its limit and its end allow.',
  revoke: 'Once this is done, no use succeeds any more. Its history stays, and it can be reactivated.',
  reactivate: 'Uses are accepted again, as far as its limit and its end allow.',
};

/** Asks before a token is paused, resumed, revoked or reactivated. */
export function TokenTurn({ token, turn, name, changed, close }: Props) {
  const [failure, setFailure] = useState<Error>();
  const [isSending, setSending] = useState(false);
  const act = async () => {
    setSending(true);
    try {
      await change('POST', `${tokenPath(token.token_name)}/${turn}`);
      changed();
      close();
    } catch (error) {
      setFailure(error as Error);
      setSending(false);
    }
  };
  return (
    <Dialog title={`${name} ${token.token_name}?`} close={close}>
      <p>{CONSEQUENCES[turn]}</p>
      {failure && (
        <p class="problem" role="alert">
          {sentence(failure.message)}
        </p>
      )}
      <p class="dialog-buttons">
        <button type="button" class="button" onClick={close}>
          Cancel
        </button>
        <button
          type="button"
          class={turn === 'revoke' ? 'button danger filled' : 'button primary'}
          disabled={isSending}
          onClick={act}
        >
          {name}
        </button>
      </p>
    </Dialog>
  );
}
