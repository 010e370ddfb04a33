/** A text that is no JSON, or JSON that no entry can hold; the message says what and where. */
export class BadJson extends Error {
  override readonly name = 'BadJson';
}

/** The JSON field that was to be hashed is missing, null or an empty string. */
export class NoSuchField extends Error {
  override readonly name = 'NoSuchField';
  readonly path: string;

  constructor(path: string) {
    super(`The field "${path}" is missing, null or empty, so that no cache hash can be made from it`);
    this.path = path;
  }
}

/** A namespace, key, id or hash that no entry can have; `field` names it, the message the accepted form. */
export class BadName extends Error {
  override readonly name = 'BadName';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** A content that can't be stored: empty, no text, broken gzip. */
export class BadContent extends Error {
  override readonly name = 'BadContent';
}

/** Bytes that are no zip, or a zip beyond the limits or with names that leave it. */
export class BadZip extends Error {
  override readonly name = 'BadZip';
}
