export type { DiskObjectStore } from './disk.ts';
export { diskObjectStore } from './disk.ts';
export type { DriverOptions, S3Connection } from './driver-options.ts';
export { memoryObjectStore } from './memory.ts';
export type { OpenBucket } from './open-store.ts';
export { openBucket, openStore } from './open-store.ts';
export type { BucketPlace, S3Places } from './s3-url.ts';
export { bucketPlace, S3_FORM, s3Places } from './s3-url.ts';
