import { stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { bucketPlace } from '@sgraph-backbone/layer/drivers';
import { bucketFiles, type ExportFile } from '../../lambdas/collect-costs/exports/export-file.ts';
import { fileSource } from './file-source.ts';
import { findFiles, NoSuchFile } from './find-files.ts';
import { createBuckets, isOnS3 } from './s3-files.ts';

/** The files of data exports in a folder of this machine, or at `s3://<bucket>[/<beginning>]`. Throws NoSuchFile. */
export async function exportFilesIn(place: string): Promise<ExportFile[]> {
  const files = isOnS3(place) ? await filesOnS3(place) : await filesHere(place);
  if (files.length === 0) throw new NoSuchFile(place, 'there is no file there');
  return files;
}

async function filesOnS3(place: string): Promise<ExportFile[]> {
  const cut = place.indexOf('/', 's3://'.length);
  const name = place.slice('s3://'.length, cut < 0 ? undefined : cut);
  const { bucket } = bucketPlace(name, place);
  return bucketFiles(await createBuckets()(bucket), cut < 0 ? '' : place.slice(cut + 1));
}

async function filesHere(place: string): Promise<ExportFile[]> {
  const files: ExportFile[] = [];
  for (const path of await findFiles([place])) {
    const source = await fileSource(path);
    if (source === undefined) continue;
    const { mtimeMs: modified } = await stat(path);
    const { etag, size, chunks } = source;
    // Copied by hand: its time says nothing of when AWS wrote it.
    files.push({ path: path.split(sep).join('/'), etag, size, modified, delivered: false, chunks });
  }
  return files;
}
