import { noteRun, type Pipeline } from '@sgraph-backbone/layer/ledger';
import { type LambdaHandler, type Log, lambda } from '@sgraph-backbone/layer/runtime';
import { type ArchiveAnswer, archive } from './archive.ts';

/** Which objects to look at; without `keys` all that lie in `live/`. */
export interface ArchiveEvent {
  readonly keys?: readonly string[];
  readonly limit?: number;
}

// Time for the moves that are under way when time is up, ms.
const RESERVE = 60_000;

/** A schedule's event in, what was moved and what was kept, and why, out. */
export function createArchiveHandler(
  open: () => Promise<Pipeline>,
  log?: Log,
): LambdaHandler<ArchiveEvent, ArchiveAnswer> {
  const handler = async ({ keys, limit }: ArchiveEvent, { remaining }: { remaining: () => number }) => {
    const pipeline = await open();
    const answer = await archive(pipeline, keys, limit, () => remaining() < RESERVE);
    await noteRun(pipeline, 'archive', { processed: answer.archived.length });
    return answer;
  };
  return lambda(handler, { name: 'archive', log });
}
