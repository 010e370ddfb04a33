/** Reads the bytes of one object, piece by piece, into the block of its state. */
export interface Parser {
  /**
   * Reads whole lines (or records) from `start` until `end` or until the block is full, and answers where the
   * first unread one begins. `last`: no bytes follow. `view` reaches a few bytes beyond `end`.
   */
  parse(bytes: Uint8Array, view: DataView, start: number, end: number, last: boolean): number;
  /** Throws LogRefused if nothing of the object was understood. */
  finish(): void;
}
