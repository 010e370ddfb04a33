/**
 * A file that is no data export, or is damaged: nothing of it is counted, since a bill with lines left out is a wrong
 * bill. The message says what it is and what is accepted.
 */
export class BillRefused extends Error {
  override readonly name = 'BillRefused';
  readonly code: BillFault;

  constructor(code: BillFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** For programs. */
export type BillFault =
  | 'not-a-bill'
  | 'missing-columns'
  | 'malformed'
  | 'truncated'
  | 'corrupt'
  | 'too-large';
