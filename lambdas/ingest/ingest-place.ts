import { noteRefused, noteRun, type Pipeline } from '@sgraph-backbone/layer/ledger';
import { type IngestAnswer, type IngestOptions, ingestSource } from './ingest.ts';

/** Ingests a log object that lies where somebody else keeps it: it is read, and stays there whatever is in it. */
export async function ingestPlace(
  pipeline: Pipeline,
  options: IngestOptions,
  location: string,
): Promise<IngestAnswer | undefined> {
  const source = await options.openPlace(location);
  if (source === undefined) return undefined;
  const answer = await ingestSource(pipeline, options, source);
  const refused = answer.outcome === 'refused';
  if (refused) await noteRefused(pipeline.data, { location, etag: source.etag, at: pipeline.now() });
  const error = refused ? `${location}: ${answer.errors[0]}` : undefined;
  const { quarantined } = answer;
  await noteRun(pipeline, 'ingest', { processed: 1, refused: refused ? 1 : 0, quarantined, error });
  return answer;
}
