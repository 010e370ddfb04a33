import type { Cache } from '@sgraph-backbone/layer/cache';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { AccessOptions } from './access.ts';

/** What the API answers from. */
export interface CacheSource {
  readonly data: ObjectStore;
  readonly cache: Cache;
  /** As it was opened: `disk:./.backbone`, `s3://bucket`. */
  readonly url: string;
}

export interface CacheApiContext extends AccessOptions {
  readonly source: () => Promise<CacheSource>;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly newId: () => string;
  /** Bytes of a request's body. */
  readonly bodyLimit: number;
  /** Of the program. */
  readonly version: string;
  readonly environment: 'local' | 'aws-lambda';
  /** Named by `info/server`. */
  readonly server: ServerFacts;
  /**
   * Where a content above `answerLimit` bytes is read instead: a signed URL.
   * @default every content is answered, whatever its size
   */
  readonly larger?: LargerAnswers;
}

export interface LargerAnswers {
  /** Bytes. */
  readonly answerLimit: number;
  /** `undefined` where the store signs nothing: the answer is 413 then. */
  readonly urlOf: (key: string, contentType: string) => Promise<string | undefined>;
}

export interface ServerFacts {
  readonly id?: string;
  readonly name?: string;
  /** New with every start. */
  readonly instanceId: string;
  /** Epoch milliseconds. */
  readonly bootTime: number;
}
