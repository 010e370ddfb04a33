import { useState } from 'preact/hooks';
import { CursorPager } from '../cursor-pager.tsx';
import { FileLink } from '../file-link.tsx';
import { PageHeading } from '../page-heading.tsx';
import { Problem } from '../problem.tsx';
import { SourceLinks } from '../source-links.tsx';
import { ago, dayName, instant } from '../times.ts';
import { useAnswer } from '../use-answer.ts';
import { NEW_TOKEN, useView } from '../view.ts';
import { ViewLink } from '../view-link.tsx';
import { STATUS_WORDS, STATUSES, type Token, type TokenList } from './token.ts';
import { TokenStatus } from './token-status.tsx';
import { UsageBar } from './usage-bar.tsx';

const PAGE = 20;
const EVERY = 15;

/** All tokens by name, searched by what names begin with, narrowed by status. */
export function TokenListing({ timezone }: { timezone: string }) {
  const { view } = useView();
  const status = STATUSES.find((name) => name === view.status);
  return (
    <>
      <PageHeading title="Invitation tokens">
        <ViewLink class="button primary" to={{ token: NEW_TOKEN }}>
          New token
        </ViewLink>
      </PageHeading>
      <div class="class-row">
        <nav class="classes" aria-label="Status">
          <ViewLink to={{ status: undefined }} current={status === undefined}>
            All
          </ViewLink>
          {STATUSES.map((name) => (
            <ViewLink key={name} to={{ status: name }} current={name === status}>
              {STATUS_WORDS[name].word}
            </ViewLink>
          ))}
        </nav>
        <Search />
      </div>
      <Pages status={status} q={view.q} timezone={timezone} />
    </>
  );
}

function Search() {
  const { view, replace } = useView();
  return (
    <input
      type="search"
      class="search"
      placeholder="Name begins with …"
      aria-label="Name begins with"
      value={view.q ?? ''}
      maxLength={64}
      onInput={(event) => replace({ q: event.currentTarget.value.trim().toLowerCase() || undefined })}
    />
  );
}

interface PagesProps {
  readonly status: string | undefined;
  readonly q: string | undefined;
  readonly timezone: string;
}

function Pages({ status, q, timezone }: PagesProps) {
  const scope = `${status} ${q}`;
  const [turned, setTurned] = useState<{ scope: string; cursors: readonly string[] }>({ scope, cursors: [] });
  // Another question begins with its first page; the rows of the one before stay until it is answered.
  if (turned.scope !== scope) setTurned({ scope, cursors: [] });
  const cursors = turned.scope === scope ? turned.cursors : [];
  const cursor = cursors.at(-1);
  const given = Object.entries({ q, status, limit: String(PAGE), cursor }).filter((pair) => pair[1]);
  const path = `/api/tokens?${new URLSearchParams(given as [string, string][])}`;
  const { data, error, stale, retry } = useAnswer<TokenList>(path, EVERY);
  return (
    <section class="card tokens" aria-label="Tokens" aria-busy={stale}>
      {error && <Problem error={error} retry={retry} kept={data !== undefined} />}
      {data === undefined && error === undefined && <div class="skeleton table-skeleton" />}
      {data && data.tokens.length > 0 && <TokenTable tokens={data.tokens} timezone={timezone} />}
      {data && data.tokens.length === 0 && (
        <p class="nothing">{emptyWords(status, q, data.next_cursor !== null)}</p>
      )}
      <footer class="card-foot">
        <CursorPager
          page={cursors.length}
          next={data?.next_cursor ?? undefined}
          turn={(next) =>
            setTurned({ scope, cursors: next === undefined ? cursors.slice(0, -1) : [...cursors, next] })
          }
        />
        <span class="sources">
          <FileLink path="/api/tokens/export.csv" title="All tokens as CSV">
            CSV
          </FileLink>
          <SourceLinks path={path} name="Tokens" csv={false} />
        </span>
      </footer>
    </section>
  );
}

function emptyWords(status: string | undefined, q: string | undefined, isMore: boolean): string {
  if (isMore) return 'None of those that this page looked at. There are more.';
  if (status === undefined && q === undefined)
    return 'No token yet. A token is a name that you hand out, such as community-x, with a limit that holds.';
  return 'No token is like this.';
}

function TokenTable({ tokens, timezone }: { tokens: readonly Token[]; timezone: string }) {
  return (
    <table class="listing">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Status</th>
          <th scope="col">Used</th>
          <th scope="col" class="wide">
            Last used
          </th>
          <th scope="col" class="wide">
            Ends
          </th>
          <th scope="col" class="wide">
            Made by
          </th>
        </tr>
      </thead>
      <tbody>
        {tokens.map((token) => (
          <tr key={token.token_name} data-token={token.token_name}>
            <th scope="row">
              <ViewLink to={{ token: token.token_name }}>{token.token_name}</ViewLink>
            </th>
            <td>
              <TokenStatus status={token.status} />
            </td>
            <td>
              <UsageBar token={token} />
            </td>
            <td class="wide">
              <LastUsed at={token.last_used_at} timezone={timezone} />
            </td>
            <td class="wide">{token.expires_at === null ? 'never' : dayName(token.expires_at, timezone)}</td>
            <td class="wide">{token.created_by}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function LastUsed({ at, timezone }: { at: number | null; timezone: string }) {
  if (at === null) return <span class="quiet">not yet</span>;
  return <span title={instant(at, timezone)}>{ago(at, Math.max(Date.now(), at))}</span>;
}
