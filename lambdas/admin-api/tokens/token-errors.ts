import { HttpError, precondition } from '@sgraph-backbone/layer/runtime';
import { NameTaken, StaleEdit, TokenBusy, UnknownToken, WrongState } from '@sgraph-backbone/layer/tokens';

/** What the tokens' room refuses, as an answer. */
export function tokenError(error: unknown): HttpError | undefined {
  if (error instanceof UnknownToken) return new HttpError(404, 'not_found', error.message);
  if (error instanceof NameTaken)
    return new HttpError(409, 'name_taken', error.message, { details: { suggestions: error.suggestions } });
  if (error instanceof WrongState) return new HttpError(409, 'wrong_state', error.message);
  if (error instanceof TokenBusy)
    return new HttpError(503, 'busy', error.message, { headers: { 'retry-after': '1' } });
  return error instanceof StaleEdit ? precondition('the token') : undefined;
}
