/** Longest time that a run of calls which never wait keeps timers, sockets and signals from being served. */
const BREATHLESS_MS = 20;

/**
 * Drivers whose calls finish at once would starve the event loop in a loop of awaits (no Ctrl-C, no answer
 * to an HTTP request). Call and await this in every call; it waits for a turn of the loop now and then.
 */
export function breather(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    if (performance.now() - last < BREATHLESS_MS) return undefined;
    return new Promise((resolve) => {
      setImmediate(() => {
        last = performance.now();
        resolve();
      });
    });
  };
}
