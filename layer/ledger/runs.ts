import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import { compareAndSet, NAMESPACES, type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import type { Pipeline } from './pipeline.ts';

/** The steps that keep a record of their runs. */
export const STEPS = ['ingest', 'record-events', 'consolidate', 'aggregate', 'archive', 'sweep'] as const;
export type Step = (typeof STEPS)[number];

/** What one run of a step did. */
export interface Run {
  readonly processed: number;
  readonly refused?: number;
  readonly quarantined?: number;
  /** The message of what failed; the run may have done the rest. */
  readonly error?: string;
}

/** Every run of a step, added up since the store exists: for operators, not for analytics. */
export interface StepRecord {
  readonly processed: number;
  readonly refused: number;
  readonly quarantined: number;
  /** Epoch ms. */
  readonly last_run: number | null;
  readonly last_error: { readonly at: number; readonly message: string } | null;
  readonly write: number;
}

/** Notes a run of a step where the pipeline keeps them. */
export async function noteRun(
  pipeline: Pick<Pipeline, 'data' | 'now' | 'noteRun'>,
  step: Step,
  run: Run,
): Promise<void> {
  if (pipeline.noteRun) pipeline.noteRun(step, run);
  else await recordRun(pipeline.data, step, run, pipeline.now());
}

/** Adds a run to the record of its step. */
export async function recordRun(data: ObjectStore, step: Step, run: Run, now: number): Promise<void> {
  await compareAndSet<StepRecord>(data, recordKey(step), (current = NEVER) => ({
    processed: current.processed + run.processed,
    refused: current.refused + (run.refused ?? 0),
    quarantined: current.quarantined + (run.quarantined ?? 0),
    last_run: now,
    last_error: run.error === undefined ? current.last_error : { at: now, message: run.error },
    write: current.write + 1,
  }));
}

export async function readRecord(data: ObjectStore, step: Step): Promise<StepRecord> {
  return (await readJson<StepRecord>(data, recordKey(step)))?.value ?? NEVER;
}

const NEVER: StepRecord = {
  processed: 0,
  refused: 0,
  quarantined: 0,
  last_run: null,
  last_error: null,
  write: 0,
};

function recordKey(step: Step): string {
  return keyBasedPath(NAMESPACES.cloudfront.ledger, 'steps', step, 'json');
}
