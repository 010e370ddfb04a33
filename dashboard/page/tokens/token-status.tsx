import { STATUS_WORDS, type Status } from './token.ts';

/** The status of a token as a badge; its meaning on hover. */
export function TokenStatus({ status }: { status: Status }) {
  const { word, meaning } = STATUS_WORDS[status];
  return (
    <span class={`badge token-${status}`} data-status={status} title={meaning}>
      {word}
    </span>
  );
}
