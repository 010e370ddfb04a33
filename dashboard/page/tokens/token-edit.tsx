import { useState } from 'preact/hooks';
import { Dialog } from '../dialog.tsx';
import { askStamped, change, RequestFailed, type Stamped } from '../request.ts';
import { sentence } from '../sentence.ts';
import { dateIn } from '../time-keys.ts';
import { Field } from './field.tsx';
import { endOfDay } from './site-day.ts';
import { differences, type Token, tokenPath, usedWords, type WholeToken } from './token.ts';

interface Props {
  readonly token: WholeToken;
  readonly etag: string | undefined;
  readonly timezone: string;
  readonly changed: () => void;
  readonly close: () => void;
}

/**
 * Changes the limit and the end of a token, from the reading that the dialog was opened with: what somebody else has
 * changed since is told, and nothing is undone unseen.
 */
export function TokenEdit({ token, etag, timezone, changed, close }: Props) {
  const [base, setBase] = useState<Stamped<WholeToken>>({ data: token, etag });
  const [limit, setLimit] = useState(String(token.usage_limit));
  const [day, setDay] = useState(lastDay(token, timezone));
  const [failure, setFailure] = useState<string>();
  const [isSending, setSending] = useState(false);
  const edit = editOf(base.data, limit, day, timezone);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setSending(true);
    try {
      await change('PATCH', tokenPath(token.token_name), edit, base.etag);
      changed();
      close();
    } catch (error) {
      setFailure(await told(error as Error));
      setSending(false);
    }
  };
  const told = async (error: Error) => {
    if (!(error instanceof RequestFailed) || error.status !== 412) return sentence(error.message);
    const fresh = await askStamped<WholeToken>(tokenPath(token.token_name));
    const since = differences(base.data, fresh.data).join(', ');
    setBase(fresh);
    return `Somebody else has changed this token since you opened it${since && `: ${since}`}. Nothing of your change was made. Save again if it still holds.`;
  };
  return (
    <Dialog title={`Limit and end of ${token.token_name}`} close={close}>
      <form onSubmit={save}>
        {failure && (
          <p class="problem" role="alert">
            {failure}
          </p>
        )}
        <Field label="Limit" hint={`0: unlimited; used: ${usedWords(base.data)}`}>
          <input
            name="limit"
            type="number"
            min="0"
            max="1000000000"
            step="1"
            required
            value={limit}
            onInput={(event) => setLimit(event.currentTarget.value)}
          />
        </Field>
        <Field label="Last day" hint={`in ${timezone}; empty: it never ends`}>
          <input name="day" type="date" value={day} onInput={(event) => setDay(event.currentTarget.value)} />
        </Field>
        <p class="dialog-buttons">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={isSending || Object.keys(edit).length === 0}>
            Save
          </button>
        </p>
      </form>
    </Dialog>
  );
}

/** The last day on which a token can be used; empty: it never ends. */
function lastDay({ expires_at }: Token, timezone: string): string {
  return expires_at === null ? '' : dateIn(timezone, expires_at - 1);
}

/** What is other than it was; an end within a day stays as it is while its day does. */
function editOf(token: Token, limit: string, day: string, timezone: string) {
  const usage_limit = Number(limit);
  return {
    ...(limit !== '' && usage_limit !== token.usage_limit ? { usage_limit } : {}),
    ...(day === lastDay(token, timezone) ? {} : { expires_at: day === '' ? null : endOfDay(day, timezone) }),
  };
}
