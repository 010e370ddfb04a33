export { type QueueUrls, SLOTS, sqsMessages } from './fifo-messages.ts';
export { NotSent, type QueueEntry, type SendBatch, sendAll } from './send-all.ts';
export { sendTo, waitingIn } from './sqs.ts';
