/** A conditional write was lost: the key is there (`exists`) or its content is another one (`changed`). */
export class Conflict extends Error {
  override readonly name = 'Conflict';
  readonly reason: 'exists' | 'changed';
  readonly key: string;

  constructor(reason: 'exists' | 'changed', key: string, options?: ErrorOptions) {
    super(reason === 'exists' ? `${key} exists already` : `${key} has changed or is gone`, options);
    this.reason = reason;
    this.key = key;
  }
}

/** A store URL or a key that no driver can take; the message names the accepted form. */
export class BadStoreInput extends Error {
  override readonly name = 'BadStoreInput';
}

/**
 * The service that holds a store refused a call or could not be reached. The message is one line that says what
 * to put right; `code` is the service's own name for it.
 */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
