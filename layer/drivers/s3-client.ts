import { S3Client } from '@aws-sdk/client-s3';
import { BadStoreInput } from '@sgraph-backbone/layer/store';
import type { S3Connection } from './driver-options.ts';

/** A client, and whether AWS itself is at the other end. */
export interface ConnectedClient {
  readonly client: S3Client;
  readonly aws: boolean;
  /** As messages name it. */
  readonly endpoint: string;
}

/** Sockets that one client keeps open: as many as it has requests under way at most. */
export const MOST_REQUESTS = 64;

/** Time for a connection to come about, ms. */
const CONNECTION_MS = 5_000;

/** A client for the server that a connection, else the environment, names. */
export function s3Client(connection: S3Connection = {}, environment = process.env): ConnectedClient {
  const endpoint =
    connection.endpoint || environment.AWS_ENDPOINT_URL_S3 || environment.AWS_ENDPOINT_URL || undefined;
  const aws = endpoint === undefined || isAtAws(endpoint);
  const agent = { keepAlive: true, maxSockets: MOST_REQUESTS };
  const region =
    connection.region ||
    environment.AWS_REGION ||
    environment.AWS_DEFAULT_REGION ||
    (aws ? undefined : 'us-east-1');
  const client = new S3Client({
    ...(endpoint !== undefined && { endpoint }),
    ...(region !== undefined && { region }),
    ...(connection.credentials && { credentials: connection.credentials }),
    // Requests are repeated by the driver, which has to know which of them had no answer.
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECTION_MS, httpAgent: agent, httpsAgent: agent },
    ...(aws ? { followRegionRedirects: true } : OTHER_SERVERS),
  });
  return { client, aws, endpoint: endpoint ?? 'Amazon S3' };
}

function isAtAws(endpoint: string): boolean {
  if (!/^https?:/.test(endpoint) || !URL.canParse(endpoint))
    throw new BadStoreInput(`The S3 endpoint is "${endpoint}"; accepted: http://… or https://…`);
  return /\.amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname);
}

/** Bucket names are no host names there, and checksums as trailers are not understood everywhere. */
const OTHER_SERVERS = {
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
} as const;
