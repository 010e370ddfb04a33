import type { DriverOptions } from './driver-options.ts';
import { s3Places } from './s3-url.ts';

/** A URL that answers the content of a data key to whoever has it, for five minutes. */
export type SignedReads = (key: string, contentType: string) => Promise<string>;

const SECONDS = 300;

/** How contents of a store are read around us; `undefined` for a store that is not on S3. Throws BadStoreInput. */
export async function signedReads(
  url: string,
  options: DriverOptions = {},
): Promise<SignedReads | undefined> {
  if (!url.startsWith('s3:')) return undefined;
  const { bucket, prefix } = s3Places(url).data;
  // As the store itself: only who is on S3 waits for the SDK to load.
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  const { getSignedUrl } = await import('@aws-sdk/s3-request-presigner');
  const { s3Client } = await import('./s3-client.ts');
  const { client } = s3Client(options.s3);
  return (key, contentType) => {
    const place = { Bucket: bucket, Key: prefix + key };
    const command = new GetObjectCommand({ ...place, ResponseContentType: contentType });
    return getSignedUrl(client, command, { expiresIn: SECONDS });
  };
}
