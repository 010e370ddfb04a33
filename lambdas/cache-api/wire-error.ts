/**
 * An answer that is not a success, in the form that clients of the cache service know: `{"detail": …}`.
 * Thrown anywhere below a route.
 */
export class WireError extends Error {
  override readonly name = 'WireError';
  readonly status: number;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: unknown, more: WireErrorMore = {}) {
    super(
      typeof detail === 'string' ? detail : JSON.stringify(detail),
      more.cause === undefined ? undefined : { cause: more.cause },
    );
    this.status = status;
    this.detail = detail;
    this.headers = more.headers ?? {};
  }
}

export interface WireErrorMore {
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** One thing that could not be validated, as pydantic reports it. */
export interface Invalid {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** 400 (the original does not answer 422). */
export function invalid(problem: Invalid, cause?: unknown): WireError {
  return new WireError(400, [{ ...problem, input: shortened(problem.input) }], { cause });
}

/** 400 for a name of the path or the query; the original reports both as `query`. */
export function badName(name: string, input: unknown, reason: string): WireError {
  return invalid({ type: 'value_error', loc: ['query', name], msg: `Value error, ${reason}`, input });
}

/** 400 for one of a closed list. */
export function badChoice(name: string, input: string, accepted: readonly string[]): WireError {
  const quoted = accepted.map((one) => `'${one}'`);
  const expected = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
  return invalid({
    type: 'enum',
    loc: ['path', name],
    msg: `Input should be ${expected}`,
    input,
    ctx: { expected },
  });
}

/** 400 for a store without content. */
export function emptyInput(asked: {
  readonly field: string;
  readonly expected: string;
  readonly now: number;
  readonly requestId: string;
}): WireError {
  return new WireError(400, {
    error_type: 'INVALID_INPUT',
    message: `${asked.field} cannot be empty`,
    timestamp: asked.now,
    request_id: asked.requestId,
    field_name: asked.field,
    field_value: null,
    expected_type: asked.expected,
    constraints: null,
  });
}

/** 400 for an update or a child file without content. */
export function emptyContent(field: string): WireError {
  const message = `${field} cannot be empty`;
  return new WireError(400, { error_type: 'INVALID_INPUT', message, field_name: field });
}

/** 404 of the routes that say which entry was looked for. */
export function entryNotFound(asked: {
  readonly cache_hash?: string;
  readonly cache_id?: string;
  readonly namespace: string;
  readonly now: number;
  readonly requestId: string;
}): WireError {
  return new WireError(404, {
    error_type: 'NOT_FOUND',
    message: 'The requested cache entry was not found',
    resource_type: 'cache_entry',
    resource_id: null,
    cache_hash: asked.cache_hash ?? null,
    cache_id: asked.cache_id ?? null,
    namespace: asked.namespace,
    timestamp: asked.now,
    request_id: asked.requestId,
  });
}

/** 404 of the routes that answer content alone. */
export function contentNotFound(): WireError {
  return new WireError(404, 'Cache entry not found');
}

/** 413, naming the limit. */
export function bodyTooLarge(limit: number): WireError {
  return new WireError(413, {
    error_type: 'TOO_LARGE',
    message: `the body is larger than the limit of ${limit} bytes`,
    limit,
  });
}

/** What somebody sent is shown to them, never all of it. */
function shortened(input: unknown): unknown {
  return typeof input === 'string' && input.length > 200 ? `${input.slice(0, 200)}…` : input;
}
