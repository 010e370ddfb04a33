/** How long a call waits for other connections before it gives up with `database is locked`. */
const WAIT_MS = 60_000;

/** Longest nap of one that waits. Locks are held for a tenth of this; SQLite's own naps go up to 100 ms. */
const NAP_MS = 0.5;

const SQLITE_BUSY = 5;

const nap = new Int32Array(new SharedArrayBuffer(4));

/** Repeats a call while another connection has the file. Naps without a turn of the event loop: what a writer has
 * begun, it finishes before anything else runs. */
export function patiently<T>(call: () => T): T {
  for (const until = performance.now() + WAIT_MS; ; ) {
    try {
      return call();
    } catch (error) {
      if (!isBusy(error) || performance.now() > until) throw error;
    }
    Atomics.wait(nap, 0, 0, Math.random() * NAP_MS);
  }
}

/** Whether another connection stands in the way, for whatever reason SQLite has for it. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === SQLITE_BUSY;
}

/** SQLite's own number of what failed, without the reason that it adds; `undefined` of any other error. */
export function sqliteCode(error: unknown): number | undefined {
  const { errcode } = error as { errcode?: number };
  return errcode === undefined ? undefined : errcode & 0xff;
}
