/** What is wrong with a member of an event. */
export type BadEventCode =
  | 'not_an_event'
  | 'not_json'
  | 'unknown_member'
  | 'missing'
  | 'wrong_type'
  | 'too_long'
  | 'bad_form'
  | 'out_of_range'
  | 'too_old'
  | 'in_future'
  | 'exclusive'
  | 'personal'
  | 'reserved';

/** An event that cannot be taken: names the member and what is accepted, and never repeats the value that was given. */
export class BadEvent extends Error {
  override readonly name = 'BadEvent';
  /** `''`: the event as a whole. */
  readonly field: string;
  readonly problem: string;
  readonly code: BadEventCode;
  constructor(field: string, code: BadEventCode, problem: string) {
    super(field === '' ? problem : `${field}: ${problem}`);
    this.field = field;
    this.code = code;
    this.problem = problem;
  }
}
