/**
 * Reports events of an application to Backbone: `POST /api/events`. One file without dependencies; needs `fetch` and
 * `crypto.randomUUID` (Node 20 or later, Deno, Bun, workers). Nothing here throws into the application or waits for
 * the network while a request is served; what can't be sent is kept for a while, then dropped and counted.
 */

/** An event, by the members of `POST /api/events`. `event_id` and `timestamp` are filled in. */
export interface BackboneEvent {
  /** `page_view`, `api_call`, `file_created`, `file_upload`, `file_viewed`, `file_download`, or a type of your own. */
  readonly event_type: string;
  readonly event_id?: string;
  /** Epoch milliseconds. */
  readonly timestamp?: number;
  readonly method?: string;
  readonly path?: string;
  readonly status_code?: number;
  readonly duration_ms?: number;
  readonly content_bytes?: number;
  /** Of the visitor: counted, never kept. Or `ip_hash`, never both. */
  readonly ip?: string;
  readonly ip_hash?: string;
  readonly user_agent?: string;
  readonly referrer?: string;
  readonly country?: string;
  readonly transfer_id?: string;
  readonly token?: string;
  readonly source?: 'lambda' | 'application';
  readonly app?: string;
}

export interface BackboneOptions {
  /** Of the server, such as `https://backbone.example.org`; a path before `/api` stays. Redirects are not followed. */
  readonly url: string;
  /** A key with the scope `events:write`. */
  readonly key: string;
  /** Whose feed the events join. @default the server's: main */
  readonly app?: string;
  /** Events that are sent together, at most 1,000; as many are waited for. @default 200 */
  readonly batch?: number;
  /** How long an event waits for others, ms. @default 2,000 */
  readonly interval?: number;
  /** Events that are kept at most; beyond it the oldest are dropped. @default 10,000 */
  readonly most?: number;
  /** Characters that these may have together. @default 8 million */
  readonly mostCharacters?: number;
  /** How long an answer is waited for, ms. @default 10,000 */
  readonly timeout?: number;
  /** First and longest time between two tries, ms: doubled each time, and spread. @default 500 and 60,000 */
  readonly backoff?: { readonly first: number; readonly longest: number };
  /** Told what went wrong, for a log. */
  readonly onProblem?: (problem: string) => void;
}

/** What became of events until now. */
export interface BackboneCounts {
  readonly reported: number;
  /** Durable on the server. */
  readonly accepted: number;
  /** The server will never take them; `onProblem` was told why. */
  readonly refused: number;
  /** There was no room, or no time, to send them. */
  readonly dropped: number;
  /** Kept, and not sent yet. */
  readonly waiting: number;
}

export interface Backbone {
  /** Keeps an event to be sent. Never throws, never waits. */
  report(event: BackboneEvent): void;
  /** Sends what is kept; returns when all of it was, or a try has failed. */
  flush(): Promise<void>;
  /** Sends what is kept, with retries until `within` ms have passed; drops the rest. Later events are dropped. */
  close(within?: number): Promise<BackboneCounts>;
  counts(): BackboneCounts;
}

/** Characters of one request: at most three bytes each, and the server takes 1 MiB. */
const REQUEST_CHARACTERS = 300_000;
/** Characters of one event: more is no event. */
const EVENT_CHARACTERS = 30_000;
/** Characters of a request that may be too large for what answers nothing but closes the connection. */
const LARGE_CHARACTERS = 65_536;
/** Requests that have to go well until more events go together again. */
const GROWS_AFTER = 20;

/** Starts to report. Throws only here, and only for options that can't work. */
export function createBackbone(options: BackboneOptions): Backbone {
  const { app, onProblem = () => {}, batch = 200, interval = 2_000 } = options;
  const { first, longest } = options.backoff ?? { first: 500, longest: 60_000 };
  if (!(batch >= 1 && batch <= 1_000)) throw new RangeError('batch: 1 to 1,000');
  const kept = createBuffer(options.most ?? 10_000, options.mostCharacters ?? 8_000_000);
  const poster = createPoster(options, told);
  const counts = { reported: 0, accepted: 0, refused: 0, dropped: 0 };
  let [failures, notBefore, together, wentWell, closed] = [0, 0, batch, 0, false];
  let flushing: Promise<void> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function report(event: BackboneEvent): void {
    counts.reported++;
    const text = closed ? undefined : textOf(event);
    if (text === undefined) counts.dropped++;
    else drop(kept.add(text), 'there is no room for more');
    if (text !== undefined && flushing === undefined) schedule(kept.waiting() >= batch ? 0 : interval);
  }

  function textOf(event: BackboneEvent): string | undefined {
    try {
      const known = {
        event_id: crypto.randomUUID(),
        timestamp: Date.now(),
        ...(app !== undefined && { app }),
      };
      const text = JSON.stringify({ ...known, ...event });
      if (text.length <= EVENT_CHARACTERS) return text;
      told(`an event has more than ${EVENT_CHARACTERS} characters`);
    } catch (error) {
      told(`an event is no JSON: ${String(error)}`);
    }
    return undefined;
  }

  let soon = Number.POSITIVE_INFINITY;
  function schedule(delay: number): void {
    const at = Math.max(Date.now() + delay, notBefore);
    if (at >= soon) return;
    clearTimeout(timer);
    soon = at;
    timer = setTimeout(() => void flush(), at - Date.now());
    // A process that has nothing else to do may end; `close` is its way to send the rest.
    (timer as { unref?: () => void }).unref?.();
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    soon = Number.POSITIVE_INFINITY;
    flushing ??= sendAll().finally(() => {
      flushing = undefined;
      if (kept.waiting() > 0 && !closed) schedule(interval);
    });
    return flushing;
  }

  async function sendAll(): Promise<void> {
    while (kept.waiting() > 0 && (await sendOne())) {}
  }

  /** Whether to go on: the next try has to wait otherwise. */
  async function sendOne(): Promise<boolean> {
    const sent = kept.take(together, REQUEST_CHARACTERS);
    const outcome = await poster.post(sent);
    drop(kept.settle(outcome.again), 'there is no room for more');
    counts.accepted += outcome.accepted;
    counts.refused += outcome.refused;
    resize(outcome, sent.length);
    const isFine = outcome.again.length === 0 || outcome.isAtOnce === true;
    if (isFine) failures = 0;
    else notBefore = Date.now() + Math.max(outcome.after ?? 0, backoff());
    return isFine;
  }

  /** What was too large goes in halves; it may have been the network's fault, so that it grows again. */
  function resize({ again, isTooLarge }: Outcome, sent: number): void {
    wentWell = again.length > 0 ? 0 : wentWell + 1;
    if (isTooLarge) together = Math.max(1, Math.floor(sent / 2));
    else if (wentWell > 0 && wentWell % GROWS_AFTER === 0) together = Math.min(batch, together * 2);
  }

  function backoff(): number {
    return Math.min(longest, first * 2 ** Math.min(failures++, 20)) * (0.5 + Math.random() / 2);
  }

  async function close(within = 5_000): Promise<BackboneCounts> {
    closed = true;
    const until = Date.now() + within;
    const deadline = setTimeout(() => poster.abort(), within);
    while (kept.waiting() > 0 && Date.now() < until) {
      await flush();
      const rest = Math.min(notBefore, until) - Date.now();
      if (kept.waiting() > 0 && rest > 0) await new Promise((wake) => setTimeout(wake, rest));
    }
    clearTimeout(deadline);
    clearTimeout(timer);
    drop(kept.clear(), 'there was no time to send them');
    return current();
  }

  function drop(events: number, reason: string): void {
    counts.dropped += events;
    if (events > 0) told(`events were dropped (${events}): ${reason}`);
  }

  function current(): BackboneCounts {
    return { ...counts, waiting: kept.waiting() };
  }

  function told(problem: string): void {
    try {
      onProblem(problem);
    } catch {
      // The application's own mistake must not become one of the request that it serves.
    }
  }

  return { report, flush, close, counts: current };
}

/** Texts in order; what is under way keeps its place, so that all of it together has a bound. */
function createBuffer(most: number, mostCharacters: number) {
  let queue: string[] = [];
  let sent: readonly string[] = [];
  let characters = 0;

  function makeRoom(): number {
    let over = 0;
    while (over < queue.length && (queue.length - over + sent.length > most || characters > mostCharacters))
      characters -= queue[over++]!.length;
    if (over > 0) queue = queue.slice(over);
    return over;
  }

  return {
    waiting: () => queue.length + sent.length,
    /** Answers how many of the oldest had to go. */
    add(text: string): number {
      queue.push(text);
      characters += text.length;
      return makeRoom();
    },
    take(events: number, size: number): readonly string[] {
      let [count, taken] = [0, 0];
      while (count < queue.length && count < events && (count === 0 || taken + queue[count]!.length < size))
        taken += queue[count++]!.length + 1;
      sent = queue.slice(0, count);
      queue = queue.slice(count);
      return sent;
    },
    /** What was taken is done with, but for these. */
    settle(again: readonly string[]): number {
      characters -= lengthOf(sent) - lengthOf(again);
      queue = [...again, ...queue];
      sent = [];
      return makeRoom();
    },
    clear(): number {
      const left = queue.length + sent.length;
      queue = [];
      characters = lengthOf(sent);
      return left;
    },
  };
}

interface Outcome {
  readonly accepted: number;
  readonly refused: number;
  /** To be sent again, with the same ids. */
  readonly again: readonly string[];
  /** ms that the server asked to wait. */
  readonly after?: number;
  /** It was, or may have been: half of it next time. */
  readonly isTooLarge?: boolean;
  /** The next try need not wait. */
  readonly isAtOnce?: boolean;
}

function createPoster({ url, key, timeout = 10_000 }: BackboneOptions, told: (problem: string) => void) {
  const target = new URL(`${url.replace(/\/+$/, '')}/api/events`).href;
  let aborting = new AbortController();

  async function post(texts: readonly string[]): Promise<Outcome> {
    aborting = new AbortController();
    const { signal } = aborting;
    const giveUp = setTimeout(() => aborting.abort(new Error(`no answer within ${timeout} ms`)), timeout);
    const body = `[${texts.join(',')}]`;
    try {
      const headers = { 'content-type': 'application/json', 'x-api-key': key };
      // A redirect would carry the key to another place.
      const answer = await fetch(target, { method: 'POST', headers, body, signal, redirect: 'manual' });
      return outcomeOf(texts, answer, await answer.text());
    } catch (error) {
      told(`events could not be sent: ${String(error)}`);
      const isTooLarge = texts.length > 1 && body.length > LARGE_CHARACTERS;
      return { accepted: 0, refused: 0, again: texts, isTooLarge };
    } finally {
      clearTimeout(giveUp);
    }
  }

  function outcomeOf(texts: readonly string[], answer: Response, body: string): Outcome {
    const { status } = answer;
    if (status === 202) return sorted(texts, body);
    if (status === 413 && texts.length > 1)
      return { accepted: 0, refused: 0, again: texts, isTooLarge: true, isAtOnce: true };
    // Browsers and some workers show a redirect as status 0.
    if (answer.type === 'opaqueredirect' || (status >= 300 && status < 400))
      told(
        `events were answered with a redirect (${status}), which is not followed: give the url that it leads to`,
      );
    else told(`events were answered ${status}: ${body.slice(0, 500)}`);
    if (NEVER.includes(status)) return { accepted: 0, refused: texts.length, again: [] };
    const after = Math.min(Number(answer.headers.get('retry-after')) || 0, 300) * 1_000;
    return { accepted: 0, refused: 0, again: texts, after };
  }

  /** Throws for an answer that can't be read: it says nothing, and the same ids count once. */
  function sorted(texts: readonly string[], body: string): Outcome {
    const { refused, retry } = JSON.parse(body) as Answer;
    if (refused.length > 0)
      told(`events were refused (${refused.length}): ${JSON.stringify(refused.slice(0, 3))}`);
    const again = retry.flatMap((index) => texts[index] ?? []);
    return { accepted: texts.length - refused.length - again.length, refused: refused.length, again };
  }

  return { post, abort: () => aborting.abort(new Error('closed')) };
}

/** Answers that say the same to the same events; a wrong key, a busy or a dead server may be put right. */
const NEVER = [400, 413, 415, 422];

interface Answer {
  readonly refused: readonly unknown[];
  /** Indexes. */
  readonly retry: readonly number[];
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}
