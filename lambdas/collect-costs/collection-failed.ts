/** A collection that could not be made, with what to do about it. What was read before it failed is kept. */
export class CollectionFailed extends Error {
  override readonly name = 'CollectionFailed';
  /** AWS's name of the error, or `BudgetSpent`, `IncompleteAnswer`, `BadRange`. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What a failed call of Cost Explorer says. */
export interface CallFailure {
  readonly code: string;
  /** Whether AWS refused it, or never heard of it: such a call is free. Where the answer was lost nobody knows. */
  readonly isRefused: boolean;
  /** Whether the same call may go well later. */
  readonly isPassing: boolean;
}

const THROTTLED = /^(LimitExceeded|Throttl|TooManyRequests|RequestLimitExceeded)/;

export function callFailure(error: unknown): CallFailure {
  const { name = 'Error', code, $metadata } = error as { name?: string; code?: unknown } & Answered;
  const status = $metadata?.httpStatusCode;
  const known = status === undefined && typeof code === 'string' ? code : name;
  const isUnsent = status === undefined && (NO_CREDENTIALS.test(known) || UNREACHED.test(known));
  return {
    code: known,
    isRefused: isUnsent || (status !== undefined && status >= 300),
    isPassing: status === undefined ? !NO_CREDENTIALS.test(known) : THROTTLED.test(known) || status >= 500,
  };
}

interface Answered {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const NO_CREDENTIALS = /Credentials|TokenProvider/;
const UNREACHED = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH)$/;

/** The failure in words for whoever runs the collector. */
export function collectionFailed(error: unknown): CollectionFailed {
  const { code } = callFailure(error);
  const said = error instanceof Error ? error.message : String(error);
  const advice = ADVICE.find(([pattern]) => pattern.test(code))?.[1];
  return new CollectionFailed(code, advice === undefined ? said : `${advice} (${said})`, { cause: error });
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /^E[A-Z]+(_AGAIN)?$|^TimeoutError$/,
    'Cost Explorer could not be reached, or did not answer; the next collection asks again',
  ],
  [
    /^AccessDenied/,
    'Cost Explorer refuses these credentials: they need ce:GetCostAndUsage, and the account needs IAM access to billing',
  ],
  [
    /^DataUnavailable/,
    'Cost Explorer has no data of these days yet: it takes up to 24 hours after it is enabled; the next collection asks again',
  ],
  [
    /^BillExpiration/,
    'Cost Explorer does not keep these days any more: ask for a later first day, or import a data export',
  ],
  [THROTTLED, 'Cost Explorer is asked too often and refused every try; the next collection asks again'],
  [
    NO_CREDENTIALS,
    'There are no AWS credentials: set AWS_PROFILE, or run it as a role that may call ce:GetCostAndUsage',
  ],
  [
    /^(ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch)/,
    'AWS does not know these credentials, or they have expired',
  ],
];
