import { RequestFailed, verdictOn } from './s3-errors.ts';

/** Sends requests, and sends them again. */
export interface Requests {
  /**
   * Runs one request until it has an answer that counts: throttling, races that S3 asks to repeat (409) and lost
   * connections are waited out with full jitter. Throws RequestFailed.
   */
  send<Output>(operation: string, request: SendOnce<Output>, bytes?: number): Promise<Output>;
}

/** One attempt; `alive` is called whenever something arrives, so that a slow body is not a dead one. */
export type SendOnce<Output> = (
  options: { readonly abortSignal: AbortSignal },
  alive: () => void,
) => Promise<Output>;

export interface RequestsOptions {
  readonly mostAtATime: number;
  readonly onRequest?: (operation: string) => void;
  /** Milliseconds. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** From 0 to 1. */
  readonly random?: () => number;
  /** Time without a sign of life after which a request counts as unanswered, ms. @default 20_000 */
  readonly silence?: number;
}

/** With three requests of ten refused, fifteen attempts fail once in 70 million. */
const MOST_TRIES = 15;
/** A server that is not there will not be there in five seconds either. */
const MOST_KNOCKS = 4;
const FIRST_WAIT_MS = 25;
const LONGEST_WAIT_MS = 2_000;
const SILENCE_MS = 20_000;
/** What each byte to be sent adds to it: 50 kB/s. */
const MS_PER_BYTE = 1 / 50;

/** A sender with a bound on what is under way at a time. */
export function createRequests(options: RequestsOptions): Requests {
  const { onRequest = () => {}, sleep = wait, random = Math.random, silence = SILENCE_MS } = options;
  const withPlace = places(options.mostAtATime);

  async function send<Output>(operation: string, request: SendOnce<Output>, bytes = 0): Promise<Output> {
    let uncertain = false;
    for (let attempt = 1; ; attempt++) {
      try {
        return await withPlace(() => {
          onRequest(operation);
          return heard(request, silence + bytes * MS_PER_BYTE);
        });
      } catch (error) {
        const verdict = verdictOn(error);
        const tries = verdict === 'unreachable' ? MOST_KNOCKS : MOST_TRIES;
        uncertain ||= verdict === 'unanswered';
        if (verdict === 'final' || attempt >= tries) throw new RequestFailed(operation, error, uncertain);
        await sleep(random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt));
      }
    }
  }

  return { send };
}

/** Ends an attempt after a time without a sign of life. */
async function heard<Output>(request: SendOnce<Output>, silence: number): Promise<Output> {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), silence);
  try {
    return await request({ abortSignal: patience.signal }, () => timer.refresh());
  } finally {
    clearTimeout(timer);
  }
}

/** Runs at most `most` at a time, in the order of asking. */
function places(most: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = most;
  return async (run) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
