import { PageHeading } from '../page-heading.tsx';
import { Problem } from '../problem.tsx';
import { RequestFailed } from '../request.ts';
import { sentence } from '../sentence.ts';
import { SourceLinks } from '../source-links.tsx';
import { useAnswer } from '../use-answer.ts';
import { ViewLink } from '../view-link.tsx';
import { STATUS_WORDS, tokenPath, type WholeToken } from './token.ts';
import { TokenActions } from './token-actions.tsx';
import { TokenActivityCard } from './token-activity.tsx';
import { TokenEventsCard } from './token-events.tsx';
import { TokenFacts } from './token-facts.tsx';
import { TokenLink } from './token-link.tsx';
import { TokenStatus } from './token-status.tsx';
import { TokenUsageCard } from './token-usage.tsx';

const EVERY = 10;

interface Props {
  readonly name: string;
  readonly timezone: string;
  readonly isDemo: boolean;
}

/** One token: what it is, what became of it, and what can be done about it. */
export function TokenDetail({ name, timezone, isDemo }: Props) {
  const path = tokenPath(name);
  const { data: token, etag, error, retry } = useAnswer<WholeToken>(path, EVERY);
  const isGone = error instanceof RequestFailed && error.status === 404;
  return (
    <>
      <PageHeading title={name} more={token && <TokenStatus status={token.status} />}>
        {token && isDemo && token.created_by === 'demo' ? (
          <span class="quiet">A token of the demo: to be looked at, not changed</span>
        ) : (
          token && <TokenActions token={token} etag={etag} timezone={timezone} changed={retry} />
        )}
        <ViewLink class="button" to={{ token: undefined }}>
          All tokens
        </ViewLink>
      </PageHeading>
      {isGone && <p class="notice">{sentence(error.message)}</p>}
      {error && !isGone && <Problem error={error} retry={retry} kept={token !== undefined} />}
      {token === undefined && error === undefined && <div class="skeleton headline-skeleton" />}
      {token && (
        <>
          <p class="token-meaning quiet">
            {STATUS_WORDS[token.status].meaning} <SourceLinks path={path} name={name} csv={false} />
          </p>
          <TokenFacts token={token} timezone={timezone} />
          <div class="cards">
            <TokenUsageCard name={name} timezone={timezone} />
            <TokenLink token={token} />
            <TokenActivityCard token={token} timezone={timezone} />
            <TokenEventsCard name={name} timezone={timezone} />
          </div>
        </>
      )}
    </>
  );
}
