import type { S3Client } from '@aws-sdk/client-s3';
import { explained } from './s3-errors.ts';
import type { Requests } from './s3-requests.ts';

/** One bucket, and what its reads and writes have in common. */
export interface S3Bucket {
  readonly client: S3Client;
  readonly bucket: string;
  readonly requests: Requests;
  /** AWS itself, whose conditional deletes are exact. */
  readonly aws: boolean;
  /** As messages name it. */
  readonly endpoint: string;
  /** Ids of the writes that led to a content, as it was read last. */
  readonly writes: WritesRead;
}

/** The writes of contents that were read lately: who replaces one, hands them on. */
export interface WritesRead {
  note(key: string, etag: string, writes: readonly string[]): void;
  of(key: string, etag: string | undefined): readonly string[];
}

const MOST_KEYS = 1_000;

/** Remembers the last keys read. */
export function writesRead(): WritesRead {
  const read = new Map<string, { readonly etag: string; readonly writes: readonly string[] }>();
  return {
    note(key, etag, writes) {
      read.delete(key);
      if (writes.length === 0) return;
      read.set(key, { etag, writes });
      if (read.size > MOST_KEYS) read.delete(read.keys().next().value!);
    },
    of(key, etag) {
      const found = read.get(key);
      return found !== undefined && found.etag === etag ? found.writes : [];
    },
  };
}

/** Runs a call; what S3 refuses is told in one line that names the place. */
export async function explaining<T>(
  { endpoint, bucket }: S3Bucket,
  key: string | undefined,
  run: () => Promise<T>,
): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw explained(error, endpoint, bucket, key);
  }
}

/** An ETag without its quotes: events and listings of other services tell it so. */
export function bareEtag(etag: string | undefined): string {
  return (etag ?? '').replace(/^"(.*)"$/, '$1');
}

/** An ETag as a header takes it. */
export function quotedEtag(etag: string): string {
  return `"${etag}"`;
}
