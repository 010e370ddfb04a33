/** An answer that is not a success: thrown anywhere below a route, answered as `{"error":{code,message,details}}`. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  /** For programs: stable, snake case. */
  readonly code: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, more: HttpErrorMore = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause });
    this.status = status;
    this.code = code;
    this.details = more.details ?? {};
    this.headers = more.headers ?? {};
  }
}

export interface HttpErrorMore {
  readonly details?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cause?: unknown;
}

/** The body of every answer that is not a success. */
export function errorBody(error: Pick<HttpError, 'code' | 'message' | 'details'>) {
  return { error: { code: error.code, message: error.message, details: error.details } };
}
