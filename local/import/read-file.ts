import type { Pipeline } from '@sgraph-backbone/layer/ledger';
import { type IngestAnswer, type IngestOptions, ingestSource } from '../../lambdas/ingest/ingest.ts';

/** What an operator says about the files of an import. */
export type ReadAs = Pick<IngestOptions, 'kind' | 'fields' | 'distribution' | 'otherContent'>;

/** What an import works with: a pipeline, and how this machine reads objects. */
export interface Workbench {
  readonly pipeline: Pipeline;
  readonly ingestOptions: IngestOptions;
}

/** Ingests one file or object, by its location. */
export async function readFile(
  { pipeline, ingestOptions }: Workbench,
  location: string,
  readAs: ReadAs,
): Promise<IngestAnswer> {
  const source = await ingestOptions.openPlace(location);
  if (source === undefined) return vanished(location);
  const answer = await ingestSource(pipeline, { ...ingestOptions, ...readAs }, source);
  return answer.outcome === 'gone' ? vanished(location) : answer;
}

function vanished(location: string): IngestAnswer {
  return {
    log_file_key: location,
    outcome: 'refused',
    records_parsed: 0,
    records_stored: 0,
    quarantined: 0,
    excluded: 0,
    visitors_unmeasured: 0,
    windows: [],
    bytes: 0,
    errors: ['it is gone'],
    warnings: [],
    quarantine: [],
  };
}
