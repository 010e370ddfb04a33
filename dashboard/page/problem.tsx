import { sentence } from './sentence.ts';

interface Props {
  readonly error: Error;
  readonly retry: () => void;
  /** Older numbers are still on the screen. */
  readonly kept?: boolean;
}

/** What went wrong, where it went wrong, with a way to try again. */
export function Problem({ error, retry, kept = false }: Props) {
  return (
    <div class="problem" role="alert">
      <p>
        {sentence(error.message)}
        {kept && ' The numbers below are from before.'}
      </p>
      <button type="button" class="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}
