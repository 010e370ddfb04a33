import { useEffect, useRef, useState } from 'preact/hooks';
import { askStamped } from './request.ts';

/** What a part of the page knows about its question. */
export interface Answer<T> {
  /** The last good answer; of an earlier question while `stale`. */
  readonly data?: T;
  readonly error?: Error;
  /** Stamp of the last good answer, for a change that is made from it. */
  readonly etag?: string | undefined;
  /** True until the question asked now is answered. */
  readonly stale: boolean;
  readonly retry: () => void;
}

interface Known<T> {
  path?: string;
  data?: T;
  etag?: string | undefined;
  error?: Error;
}

/** Seconds until an answer is asked for again; may depend on the answer. */
type Every<T> = number | ((data: T | undefined) => number);

/**
 * Asks, and asks again while the page is visible. An answer stays on the screen until the next one is there (no
 * flicker), and a failed refresh keeps it and reports the error beside it; a new question that fails keeps nothing.
 */
export function useAnswer<T>(path: string, every: Every<T>): Answer<T> {
  const [known, setKnown] = useState<Known<T>>({});
  const [attempt, setAttempt] = useState(0);
  const pace = useRef(0);
  pace.current = typeof every === 'number' ? every : every(known.data);
  useEffect(() => {
    const control = new AbortController();
    const load = () =>
      askStamped<T>(path, control.signal).then(
        ({ data, etag }) => setKnown((before) => ({ path, etag, data: same(before.data, data) ?? data })),
        (error: Error) =>
          !control.signal.aborted &&
          setKnown((before) => ({ ...(before.path === path ? before : {}), path, error })),
      );
    load();
    const stop = repeatWhileVisible(load, pace);
    return () => {
      stop();
      control.abort();
    };
  }, [path, attempt]);
  return { ...known, stale: known.path !== path, retry: () => setAttempt((count) => count + 1) };
}

// An unchanged answer stays the same object, so that nothing is drawn again.
function same<T>(before: T | undefined, data: T): T | undefined {
  return JSON.stringify(before) === JSON.stringify(data) ? before : undefined;
}

function repeatWhileVisible(load: () => void, pace: { readonly current: number }): () => void {
  let last = Date.now();
  const tick = () => {
    if (document.visibilityState !== 'visible' || Date.now() - last < pace.current * 1000) return;
    last = Date.now();
    load();
  };
  const timer = setInterval(tick, 1000);
  document.addEventListener('visibilitychange', tick);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', tick);
  };
}
