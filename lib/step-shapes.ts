import type { StepName } from './step-grants.ts';

export interface StepShape {
  /** MB; 1,769 of them are one whole processor. */
  readonly memory: number;
  /** Time-out; a queue hides a message six times as long. */
  readonly seconds: number;
  /** MB of `/tmp`, where the rows of a large object wait. Up to 512 cost nothing. */
  readonly temporary: number;
}

/** What one call of a step may use. */
export const STEP_SHAPES: Record<StepName, StepShape> = {
  ingest: { memory: 1_769, seconds: 900, temporary: 4_096 },
  'record-events': { memory: 1_769, seconds: 120, temporary: 512 },
  consolidate: { memory: 1_769, seconds: 300, temporary: 512 },
  aggregate: { memory: 1_769, seconds: 300, temporary: 512 },
  archive: { memory: 512, seconds: 900, temporary: 512 },
  sweep: { memory: 1_769, seconds: 900, temporary: 4_096 },
  corrections: { memory: 1_769, seconds: 900, temporary: 512 },
  'collect-costs': { memory: 1_769, seconds: 900, temporary: 512 },
  // An HTTP API gives up after 30 seconds.
  'admin-api': { memory: 1_769, seconds: 29, temporary: 512 },
};
