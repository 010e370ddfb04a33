/** A text that no token can be called; the message says what is wrong with it and what is accepted. */
export class BadTokenName extends Error {
  override readonly name = 'BadTokenName';
}

/** No token has this name. */
export class UnknownToken extends Error {
  override readonly name = 'UnknownToken';
  readonly token: string;

  constructor(token: string) {
    super(`there is no token "${token}"`);
    this.token = token;
  }
}

/** Another token has this name; `suggestions` were free a moment ago. */
export class NameTaken extends Error {
  override readonly name = 'NameTaken';
  readonly suggestions: readonly string[];

  constructor(token: string, suggestions: readonly string[]) {
    super(`there is a token "${token}" already; free are ${suggestions.join(', ')}`);
    this.suggestions = suggestions;
  }
}

/** So many write this token at once that this change had no turn in two seconds: nothing was counted or changed. */
export class TokenBusy extends Error {
  override readonly name = 'TokenBusy';

  constructor(token: string) {
    super(`too many write the token "${token}" at this moment; nothing was counted or changed: try again`);
  }
}

/** The token was edited since the state that a change was made from. */
export class StaleEdit extends Error {
  override readonly name = 'StaleEdit';
}

/** The token is in a state from which this does not lead on; the message says what does. */
export class WrongState extends Error {
  override readonly name = 'WrongState';
}
