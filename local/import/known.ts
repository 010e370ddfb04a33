import { readEntry, readLocation } from '@sgraph-backbone/layer/ledger';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { IngestAnswer } from '../../lambdas/ingest/ingest.ts';
import type { FoundFile } from './import-files.ts';

/**
 * The answer for an object that is counted from this place with this content already, without reading it: an import
 * of many thousand objects goes on where it was killed. undefined: it has to be read.
 */
export async function knownAnswer(
  data: ObjectStore,
  { location, etag, size }: FoundFile,
): Promise<IngestAnswer | undefined> {
  if (etag === undefined) return undefined;
  const seen = await readLocation(data, location);
  if (seen?.etag !== etag || seen.object_id === '') return undefined;
  const entry = (await readEntry(data, seen.object_id))?.value;
  if (entry?.state !== 'active' || !entry.locations.includes(location)) return undefined;
  const { records, quarantined, excluded, visitors_unmeasured, windows } = entry;
  return {
    log_file_key: location,
    outcome: 'already_known',
    object_id: seen.object_id,
    records_parsed: records,
    records_stored: records - quarantined - excluded,
    quarantined,
    excluded,
    visitors_unmeasured,
    windows,
    bytes: size,
    // Their place and reason were said when they were read.
    quarantine: [],
    errors: [],
    warnings: [],
  };
}
