export {
  type ActivePage,
  type ActivePosition,
  type ActiveQuestion,
  activeTransfers,
  expireActivity,
  LONGEST_ACTIVE,
} from './active.ts';
export { LONGEST_OUTBOX, REMEMBERED_IDS } from './counting.ts';
export { eraseTransfer } from './erase.ts';
export { BadTransfer, TooManyRecipients, TransferBusy, TransferErased } from './errors.ts';
export { type Emitted, emitPending, OWNED_FOR, type Passing } from './outbox.ts';
export { type PostedTransfer, type Posting, postTransferEvent } from './post-event.ts';
export { type PostedTransferEvent, TRANSFER_EVENTS, type TransferEventName } from './posted-event.ts';
export { addRecipient, MOST_RECIPIENTS } from './recipients.ts';
export {
  isErased,
  type Recipient,
  type StoredTransfer,
  type TransferEvent,
  type TransferRecord,
} from './record.ts';
export { CHUNK, eventsBefore } from './sealing.ts';
export {
  readTransfer,
  SHOWN_EVENTS,
  shownEvents,
  summaryOf,
  TRANSFER_STATES,
  type TransferState,
  type TransferSummary,
} from './summary.ts';
