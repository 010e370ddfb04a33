import type * as z from 'zod';
import type { CsvTable } from './csv.ts';
import type { ApiKey, RequiredScope } from './keys.ts';
import type { Log } from './log.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Make of a body's text what a schema checks, by media type in lower case. */
export type BodyReaders = Readonly<Record<string, (text: string) => unknown>>;

/** `{name}` is one segment, a last `{name+}` the whole rest. */
type PathNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Greedy}+` ? Greedy : Name) | PathNames<Rest>
  : never;

/** What a route's `handle` gets: everything validated, defaults filled in. */
export interface RouteRequest<Names extends string, Query, Body> {
  readonly path: Readonly<Record<Names, string>>;
  readonly query: Query;
  readonly body: Body;
  /** Absent on public routes. */
  readonly key: ApiKey | undefined;
  /** The stamp in If-Match, as `Reply.stamp` gave it; `*`: whatever is there. Present on conditional routes. */
  readonly ifMatch: string | undefined;
  readonly log: Log;
}

export interface Reply<Answer> {
  readonly answer: Answer;
  /** @default the route's own */
  readonly status?: number;
  /** Changes whenever the answer's meaning does; the ETag is made of it. @default the answer's own bytes */
  readonly version?: string;
  /** The ETag as it is, to be sent back in If-Match; wins over `version`. */
  readonly stamp?: string;
}

export interface RouteDefinition<
  Path extends string,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
> {
  readonly method: Method;
  readonly path: Path;
  readonly scope: RequiredScope | 'public';
  /** One line for the reference. */
  readonly summary: string;
  readonly description?: string;
  /** Changes what its GET answered, and must say which state of it: 428 without If-Match. @default false */
  readonly conditional?: boolean;
  /** Members take text (or lists of it, where a parameter may repeat). @default no parameters */
  readonly query?: Query;
  /** @default no body */
  readonly body?: Body;
  /** Bodies that are no JSON, by media type: what the schema is to check. What a reader throws is the answer. */
  readonly readers?: BodyReaders;
  /** What is wrong with a body is said without repeating it: it may be personal. @default false */
  readonly discreet?: boolean;
  /** Of its answers that are not GET. @default 200 */
  readonly status?: number;
  /** Statuses of errors that are its own, with what they say, for the reference. */
  readonly errors?: Readonly<Record<number, string>>;
  readonly answer: Answer;
  /** Makes the answer available as CSV, by `format=csv` or `Accept: text/csv`; always, where the path ends in `.csv`. */
  readonly csv?: (answer: z.input<Answer>) => CsvTable;
  handle(
    request: RouteRequest<PathNames<Path>, z.output<Query>, z.output<Body>>,
  ): Promise<Reply<z.input<Answer>>>;
}

/** A route whose types were checked when it was written. */
export interface Route {
  readonly method: Method;
  readonly path: string;
  readonly scope: RequiredScope | 'public';
  readonly summary: string;
  readonly description?: string;
  readonly conditional?: boolean;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  readonly readers?: BodyReaders;
  readonly discreet?: boolean;
  readonly status?: number;
  readonly errors?: Readonly<Record<number, string>>;
  readonly answer: z.ZodType;
  readonly csv?: (answer: unknown) => CsvTable;
  handle(request: RouteRequest<string, unknown, unknown>): Promise<Reply<unknown>>;
}

/** Routing is data: the router, the reference and the tests read the same definition. */
export function route<
  const Path extends string,
  Query extends z.ZodObject,
  Body extends z.ZodType,
  Answer extends z.ZodType,
>(definition: RouteDefinition<Path, Query, Body, Answer>): Route {
  return definition as unknown as Route;
}
