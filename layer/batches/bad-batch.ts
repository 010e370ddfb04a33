/** Bytes that are no raw batch of ours, or a damaged one; the message names the place and what is wrong. */
export class BadBatch extends Error {
  override readonly name = 'BadBatch';
}
