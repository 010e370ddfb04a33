/** A member of a transfer's event, or its id, that can't be taken. Never repeats the value: it may be personal. */
export class BadTransfer extends Error {
  override readonly name = 'BadTransfer';
  readonly field: string;
  /** The form that would have been taken, as a phrase. */
  readonly accepted: string;

  constructor(field: string, accepted: string) {
    super(`${field}: ${accepted}`);
    this.field = field;
    this.accepted = accepted;
  }
}

/** The history was erased: what happened to the transfer is not kept any more. */
export class TransferErased extends Error {
  override readonly name = 'TransferErased';
  /** Epoch ms. */
  readonly erasedAt: number;

  constructor(erasedAt: number) {
    super('the history of this transfer was erased; nothing more is kept of it');
    this.erasedAt = erasedAt;
  }
}

/** Events can't be passed on, and no more of them are taken meanwhile; nothing was counted. */
export class TransferBusy extends Error {
  override readonly name = 'TransferBusy';

  constructor() {
    super('earlier events of this transfer still wait to be passed on; nothing was counted, send it again');
  }
}

/** More recipients than one transfer may have. */
export class TooManyRecipients extends Error {
  override readonly name = 'TooManyRecipients';
  readonly limit: number;

  constructor(limit: number) {
    super(`a transfer has at most ${limit} recipients`);
    this.limit = limit;
  }
}
