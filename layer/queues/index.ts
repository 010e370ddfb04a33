export { type QueueUrls, SLOTS, sqsMessages } from './fifo-messages.ts';
export { NotSent, type QueueEntry, type SendBatch, sendAll } from './send-all.ts';
export { MOST_REQUEST_BYTES, type SizedEntry, sendSome, type TellFailure } from './send-some.ts';
export { batchesTo, sendTo, waitingIn } from './sqs.ts';
