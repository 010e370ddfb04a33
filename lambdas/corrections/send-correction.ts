import { sendTo } from '@sgraph-backbone/layer/queues';
import type { CorrectionMessage } from './handler.ts';

/** Corrections run one after the other: two of them could need what the other is about to change. */
export function sendCorrection(queueUrl: string, message: CorrectionMessage): Promise<void> {
  const deduplication = `${message.operation_id}.${message.part}`;
  return sendTo(queueUrl, [{ body: message, group: 'corrections', deduplication }]);
}
