import { type ApiKey, adminKey, type Keyring } from '@sgraph-backbone/layer/runtime';

/** How long a key is used before it is asked for again, ms: as long a key that was replaced still opens. */
export const KEY_AGE = 60_000;

/** The admin key from where secrets are kept. One that can't be read is asked for again by the next request. */
export function secretKeyring(read: () => Promise<string>, now: () => number): Keyring {
  let known: { readonly keys: Promise<ApiKey[]>; readonly read: number } | undefined;
  return () => {
    if (known === undefined || now() - known.read >= KEY_AGE) {
      const keys = read().then((key) => [adminKey(key)]);
      known = { keys, read: now() };
      keys.catch(() => {
        known = undefined;
      });
    }
    return known.keys;
  };
}

/** Reads a secret from AWS Secrets Manager. */
export async function readSecret(arn: string): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient({});
  const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
  if (SecretString === undefined || SecretString.length < 16)
    throw new Error(`${arn}: a text of at least 16 characters was expected`);
  return SecretString;
}
