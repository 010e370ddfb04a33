import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { bucketArn } from './places.ts';

/**
 * `read`: also says that a key is absent, which takes the right to list. `write` and `delete` are those alone: a
 * conditional write reads as well, to recognise itself when its answer was lost.
 */
export type Access = 'read' | 'write' | 'delete';

/** What a role may do in a folder of a bucket. */
export interface Grant {
  readonly bucket: string;
  /** With its slash at the end; of a source bucket any text in front of keys. */
  readonly folder: string;
  readonly access: readonly Access[];
  /** In front of what may be listed, where that is more: listing takes a folder. @default the same as may be read */
  readonly listed?: string;
}

/** What a role may not do, whatever else allows it. */
export interface Denial {
  readonly bucket: string;
  readonly action: Exclude<Access, 'read'>;
  /** Any text in front of keys. */
  readonly folders: readonly string[];
}

const ACTIONS: Record<Access, readonly string[]> = {
  read: ['s3:GetObject'],
  // Large objects are written in parts, and what is not finished is given up.
  write: ['s3:PutObject', 's3:AbortMultipartUpload'],
  delete: ['s3:DeleteObject'],
};

/** One statement for each bucket and action: exact actions, on the folders alone. */
export function bucketStatements(grants: readonly Grant[]): PolicyStatement[] {
  const buckets = [...new Set(grants.map(({ bucket }) => bucket))];
  return buckets.flatMap((bucket) => {
    const own = grants.filter((grant) => grant.bucket === bucket);
    const access = (['read', 'write', 'delete'] as const).flatMap((kind) => {
      const folders = foldersWith(own, kind);
      const resources = folders.map((folder) => `${bucketArn(bucket)}/${folder}*`);
      return folders.length === 0 ? [] : [new PolicyStatement({ actions: [...ACTIONS[kind]], resources })];
    });
    const listed = own.map((grant) => ({ ...grant, folder: grant.listed ?? grant.folder }));
    return [...access, ...listing(bucket, foldersWith(listed, 'read'))];
  });
}

export function denyStatement({ bucket, action, folders }: Denial): PolicyStatement {
  const resources = folders.map((folder) => `${bucketArn(bucket)}/${folder}*`);
  return new PolicyStatement({ effect: Effect.DENY, actions: [...ACTIONS[action]], resources });
}

/** Without the right to list, a missing key is 403 instead of 404. */
function listing(bucket: string, folders: readonly string[]): PolicyStatement[] {
  if (folders.length === 0) return [];
  const prefixes = { StringLike: { 's3:prefix': folders.map((folder) => `${folder}*`) } };
  // A source whose keys begin anywhere is listed from its beginning: that request names no prefix to compare.
  const conditions = folders.includes('') ? undefined : prefixes;
  return [new PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucketArn(bucket)], conditions })];
}

function foldersWith(grants: readonly Grant[], kind: Access): string[] {
  const folders = grants.filter(({ access }) => access.includes(kind)).map(({ folder }) => folder);
  const isWithin = (folder: string) => folders.some((other) => other !== folder && folder.startsWith(other));
  return [...new Set(folders)].filter((folder) => !isWithin(folder)).sort();
}

/** Sending to queues: what a step may hand on. */
export function sendStatement(queueArns: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [...queueArns] });
}

/** What Lambda's poller does to a queue in the name of the function. */
export function pollStatement(queueArns: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
    resources: [...queueArns],
  });
}

/** Asking how much waits. */
export function watchStatement(queueArns: readonly string[]): PolicyStatement {
  return new PolicyStatement({ actions: ['sqs:GetQueueAttributes'], resources: [...queueArns] });
}
