/** A deployment that is not there, or not one of ours. */
export class NoSuchStack extends Error {
  override readonly name = 'NoSuchStack';
}

/** Messages that a queue did not take: they stay among the dead letters. */
export class NotSentBack extends Error {
  override readonly name = 'NotSentBack';
}

/** What AWS answered: refused, or no credentials to ask with. */
export function isRefusedByAws(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return (
    '$metadata' in error || error.name === 'CredentialsProviderError' || error.message === 'Region is missing'
  );
}
