import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A row of `INDEX.tsv`. */
export interface Sample {
  readonly file: string;
  readonly path: string;
  /** `imported`, `imported with a warning`, `quarantined`, or `refused: <reason>`. */
  readonly outcome: string;
  /** accepted + quarantined; of refused files the lines. */
  readonly records: number;
  /** Of real-time lines, which have no header that would say so. */
  readonly fields?: readonly string[];
}

const FOLDER = resolve(process.env.SAMPLES ?? join(import.meta.dirname, '../../../shared/samples'));
const INDEX = join(FOLDER, 'INDEX.tsv');

const rows = existsSync(INDEX)
  ? readFileSync(INDEX, 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t'))
  : [];

/** Every file of the index; none where the folder of samples is absent. */
export const SAMPLES: readonly Sample[] = rows.map(sampleOf);

/** What a test says in its one line when there are no samples. */
export const NO_SAMPLES = `no samples: ${INDEX} is absent (set SAMPLES to their folder)`;

/** What the source of a sample published about it. */
export function expectedOf<T>({ path }: Sample): T {
  return JSON.parse(readFileSync(`${path}.expected.json`, 'utf8')) as T;
}

export function sampleNamed(name: string): Sample {
  const sample = SAMPLES.find(({ file }) => file === name);
  if (sample === undefined) throw new Error(`${name} is not among the samples`);
  return sample;
}

function sampleOf([file = '', outcome = '', records, , , fields]: string[]): Sample {
  const given = fields ? { fields: fields.split(',') } : {};
  return { file, path: join(FOLDER, file), outcome, records: Number(records), ...given };
}
