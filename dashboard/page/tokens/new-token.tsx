import { useRef, useState } from 'preact/hooks';
import { PageHeading } from '../page-heading.tsx';
import { change, RequestFailed } from '../request.ts';
import { sentence } from '../sentence.ts';
import { useView } from '../view.ts';
import { ViewLink } from '../view-link.tsx';
import { Field } from './field.tsx';
import { endOfDay } from './site-day.ts';
import type { WholeToken } from './token.ts';

const FIRST = { name: '', limit: '10', day: '', note: '' };

interface Props {
  readonly timezone: string;
  readonly isDemo: boolean;
}

/** The form for a new token. A name that is taken is answered with names that are free. */
export function NewToken({ timezone, isDemo }: Props) {
  const { go } = useView();
  const [given, setGiven] = useState(FIRST);
  const [failure, setFailure] = useState<Error>();
  const [isSending, setSending] = useState(false);
  const name = useRef<HTMLInputElement>(null);
  const set = (part: Partial<typeof FIRST>) => setGiven({ ...given, ...part });
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    setSending(true);
    try {
      const { data } = await change<WholeToken>('POST', '/api/tokens', bodyOf(given, timezone));
      go({ token: data.token_name });
    } catch (error) {
      setFailure(error as Error);
      setSending(false);
      name.current?.focus();
    }
  };
  const suggestions = suggestionsOf(failure);
  return (
    <>
      <PageHeading title="New token">
        <ViewLink class="button" to={{ token: undefined }}>
          All tokens
        </ViewLink>
      </PageHeading>
      <form class="card token-form" onSubmit={submit}>
        {isDemo && (
          <p class="quiet">Your first token takes the place of the demo’s: they are no longer listed then.</p>
        )}
        {failure && (
          <div class="problem" role="alert">
            {wordsOf(failure).map((words) => (
              <p key={words}>{words}</p>
            ))}
          </div>
        )}
        {suggestions.length > 0 && (
          <p class="suggestions">
            Free:{' '}
            {suggestions.map((free) => (
              <button key={free} type="button" class="button" onClick={() => set({ name: free })}>
                {free}
              </button>
            ))}
          </p>
        )}
        <Field label="Name" hint="3 to 64 of a–z, 0–9 and single dashes; it can’t be changed later">
          <input
            ref={name}
            name="name"
            required
            maxLength={64}
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            aria-invalid={failure !== undefined}
            value={given.name}
            onInput={(event) => set({ name: event.currentTarget.value })}
          />
        </Field>
        <Field label="Limit" hint="uses that are accepted in all; 0: unlimited">
          <input
            name="limit"
            type="number"
            min="0"
            max="1000000000"
            step="1"
            required
            value={given.limit}
            onInput={(event) => set({ limit: event.currentTarget.value })}
          />
        </Field>
        <Field label="Last day" hint={`in ${timezone}; empty: it never ends`}>
          <input
            name="day"
            type="date"
            value={given.day}
            onInput={(event) => set({ day: event.currentTarget.value })}
          />
        </Field>
        <Field label="Note" hint="for yourself; nobody who uses it sees it">
          <input
            name="note"
            maxLength={500}
            value={given.note}
            onInput={(event) => set({ note: event.currentTarget.value })}
          />
        </Field>
        <p>
          <button type="submit" class="button primary" disabled={isSending}>
            Make token
          </button>
        </p>
      </form>
    </>
  );
}

function bodyOf({ name, limit, day, note }: typeof FIRST, timezone: string) {
  return {
    name,
    usage_limit: Number(limit),
    expires_at: day === '' ? null : endOfDay(day, timezone),
    ...(note.trim() === '' ? {} : { metadata: { note: note.trim() } }),
  };
}

/** One sentence for each member that is not accepted; free names have buttons of their own. */
function wordsOf(failure: Error): readonly string[] {
  if (!(failure instanceof RequestFailed)) return [failure.message];
  if (failure.code === 'name_taken') return [sentence(failure.message.split(';')[0] ?? '')];
  const { problems } = failure.details;
  if (!Array.isArray(problems)) return [sentence(failure.message)];
  return (problems as readonly { name: string; accepted: string }[]).map(({ name, accepted }) =>
    sentence(`${MEMBERS[name] ?? name}: ${accepted}`),
  );
}

/** What members of a token are called in the form. */
const MEMBERS: Record<string, string> = {
  name: 'Name',
  usage_limit: 'Limit',
  expires_at: 'Last day',
  metadata: 'Note',
};

function suggestionsOf(failure: Error | undefined): readonly string[] {
  if (!(failure instanceof RequestFailed) || failure.code !== 'name_taken') return [];
  const { suggestions } = failure.details;
  return Array.isArray(suggestions) ? suggestions.map(String) : [];
}
