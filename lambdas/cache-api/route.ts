import type { HttpRequest, HttpResponse, Log } from '@sgraph-backbone/layer/runtime';
import type { Caller } from './access.ts';

/** What a query parameter takes; the reference shows it. */
export type QueryParameter =
  | 'file_id'
  | 'json_field_path'
  | 'ttl_hours'
  | 'limit'
  | 'cursor'
  | 'flag'
  | 'recursive';

/** Who gets in: everybody, a known key, or one that may read or write the namespace of the path. */
export type Access = 'public' | 'known' | 'read' | 'write';

/** One request with what the router found out about it; names are sanitised where they are read. */
export interface Call {
  readonly request: HttpRequest;
  /** Parts of the path by name, decoded, as they were sent. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Of the path, sanitised; empty where the path has none. */
  readonly namespace: string;
  readonly caller: Caller;
  readonly requestId: string;
  readonly log: Log;
}

/** A route as data: the router, the reference and the tests read the same definition. */
export interface CacheRoute {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** `{name}` is one segment, `{name+}` any number of them. */
  readonly path: string;
  readonly access: Access;
  /** One line for the reference. */
  readonly summary: string;
  /** @default none */
  readonly query?: readonly string[];
  /** @default none */
  readonly body?: 'string' | 'json' | 'binary' | 'zip' | 'operations' | 'cookie';
  /** Schema or media type of the answer. */
  readonly answer: string;
  handle(call: Call): Promise<HttpResponse> | HttpResponse;
}
