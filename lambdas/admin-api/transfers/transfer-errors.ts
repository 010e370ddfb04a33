import { BadEvent } from '@sgraph-backbone/layer/events';
import { HttpError, malformed } from '@sgraph-backbone/layer/runtime';
import {
  BadTransfer,
  TooManyRecipients,
  TransferBusy,
  TransferErased,
} from '@sgraph-backbone/layer/transfers';

/** Runs what a route does, with what the domain refuses as answers. What was given is not repeated: it may be personal. */
export async function answering<Answer>(run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    throw answerTo(error);
  }
}

/** 410: what is kept of the transfer is that it was erased. */
export function erased(error: TransferErased): HttpError {
  return new HttpError(410, 'transfer_erased', error.message, { details: { erased_at: error.erasedAt } });
}

export function unknownTransfer(): HttpError {
  return new HttpError(404, 'unknown_transfer', 'nothing has been reported of this transfer');
}

function answerTo(error: unknown): unknown {
  if (error instanceof TransferErased) return erased(error);
  if (error instanceof BadTransfer) return refused(error.field, error.accepted, error);
  if (error instanceof BadEvent) return refused(error.field, error.problem, error);
  if (error instanceof TransferBusy)
    return new HttpError(503, 'busy', error.message, { headers: { 'retry-after': '5' }, cause: error });
  if (error instanceof TooManyRecipients)
    return new HttpError(409, 'too_many_recipients', error.message, { details: { limit: error.limit } });
  return error;
}

function refused(field: string, accepted: string, cause: unknown): HttpError {
  const name = NAMES[field] ?? field;
  const { status, code, details } = malformed([{ name, accepted }], 'member');
  return new HttpError(status, code, `member "${name}" can't be taken: ${accepted}`, { details, cause });
}

// Members by the names that this route gives them.
const NAMES: Readonly<Record<string, string>> = {
  content_bytes: 'bytes',
  event_type: 'event',
  transfer_id: 'id',
};
