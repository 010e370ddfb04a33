import type { ComponentChildren } from 'preact';
import { exact, short } from '../numbers.ts';
import { ago, instant } from '../times.ts';
import type { Token } from './token.ts';

/** The numbers and dates of a token. */
export function TokenFacts({ token, timezone }: { token: Token; timezone: string }) {
  const { usage_count, usage_limit, remaining, last_used_at, expires_at, created_at, created_by } = token;
  const note = token.metadata.note;
  return (
    <section class="headline token-facts" aria-label="Token">
      <Fact title="Used" name="used" value={usage_count}>
        {short(usage_count)}
        <span class="small"> {usage_limit === 0 ? 'no limit' : `of ${exact(usage_limit)}`}</span>
      </Fact>
      <Fact title="Left" name="remaining" value={remaining}>
        {remaining === null ? <span class="small">unlimited</span> : short(remaining)}
      </Fact>
      <Fact title="Last used" name="last_used_at" value={last_used_at}>
        <span class="small">
          {last_used_at === null ? 'not yet' : ago(last_used_at, Math.max(Date.now(), last_used_at))}
        </span>
      </Fact>
      <Fact
        title={expires_at !== null && expires_at <= Date.now() ? 'Ended' : 'Ends'}
        name="expires_at"
        value={expires_at}
      >
        <span class="small">{expires_at === null ? 'never' : instant(expires_at, timezone)}</span>
      </Fact>
      <Fact title={`Made by ${created_by}`} name="created_at" value={created_at}>
        <span class="small">{instant(created_at, timezone)}</span>
      </Fact>
      {typeof note === 'string' && <p class="tile token-note">{note}</p>}
    </section>
  );
}

interface FactProps {
  readonly title: string;
  readonly name: string;
  readonly value: number | null;
  readonly children: ComponentChildren;
}

function Fact({ title, name, value, children }: FactProps) {
  return (
    <div class="tile" data-fact={name} data-value={value ?? 'null'}>
      <span class="title">{title}</span>
      <span class="value">{children}</span>
    </div>
  );
}
