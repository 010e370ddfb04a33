import type { Around, StoreCall } from './around.ts';

/** A call and how it ended. */
export interface Recorded extends StoreCall {
  readonly failed?: unknown;
}

/** Keeps every call in order of ending; what puts wrote is copied. */
export function recording(): { readonly around: Around; readonly calls: Recorded[] } {
  const calls: Recorded[] = [];
  const around: Around = async (call, run) => {
    const copy = call.bytes === undefined ? call : { ...call, bytes: new Uint8Array(call.bytes) };
    try {
      const result = await run();
      calls.push(copy);
      return result;
    } catch (failed) {
      calls.push({ ...copy, failed });
      throw failed;
    }
  };
  return { around, calls };
}
