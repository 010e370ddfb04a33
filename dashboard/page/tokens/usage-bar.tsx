import { exact } from '../numbers.ts';
import { type Token, usedWords } from './token.ts';

/** How much of its allowance a token has used; without a limit there is no part of it to draw. */
export function UsageBar({ token }: { token: Token }) {
  const { usage_count, usage_limit } = token;
  const part = usage_limit === 0 ? 0 : Math.min(1, usage_count / usage_limit);
  return (
    <span class="usage" title={`${exact(usage_count)} uses`} data-used={usage_count} data-limit={usage_limit}>
      <span class="usage-bar" aria-hidden="true">
        {part > 0 && <span style={{ width: `${part * 100}%` }} />}
      </span>
      <span>{usedWords(token)}</span>
    </span>
  );
}
