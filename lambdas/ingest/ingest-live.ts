import { liveSource, noteRun, type Pipeline } from '@sgraph-backbone/layer/ledger';
import { type IngestAnswer, type IngestOptions, ingestSource } from './ingest.ts';

/** Ingests the log object at a key below `live/`. */
export async function ingestLive(
  pipeline: Pipeline,
  options: IngestOptions,
  key: string,
): Promise<IngestAnswer | undefined> {
  const source = await liveSource(pipeline.observability, key);
  if (source === undefined) return undefined;
  const answer = await ingestSource(pipeline, options, source);
  const { quarantined } = answer;
  const refused = answer.outcome === 'refused' ? 1 : 0;
  const error = answer.errors[0] === undefined ? undefined : `${key}: ${answer.errors[0]}`;
  const run = { processed: 1, refused, quarantined, error };
  await noteRun(pipeline, 'ingest', run);
  return answer;
}
