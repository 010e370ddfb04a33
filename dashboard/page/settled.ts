import type { Finality } from './answers.ts';

/** How settled numbers are, in one word and one sentence. */
export interface Settled {
  readonly kind: 'live' | 'partial' | 'final' | 'restated' | 'empty';
  readonly word: string;
  readonly sentence: string;
}

/** Reads finality for people. `end` is the end of the window (epoch ms). */
export function settled(finality: Finality, end: number, now: number): Settled {
  if (finality.status === 'partial') return open(finality, end, now);
  if (finality.restated === null || finality.restated === undefined)
    return {
      kind: 'final',
      word: 'final',
      sentence: 'Everything that was delivered for this window is counted.',
    };
  const word = `restated r${finality.revision ?? '?'}`;
  return { kind: 'restated', word, sentence: 'Final, and counted again since: see below what changed.' };
}

function open(finality: Finality, end: number, now: number): Settled {
  if (finality.source_count === 0)
    return { kind: 'empty', word: 'no data', sentence: 'Nothing has been delivered for this window.' };
  if (now < end)
    return { kind: 'live', word: 'live', sentence: 'The window is still open: these numbers grow.' };
  const sentence = 'The window is over, but logs may still arrive (CloudFront allows itself up to 24 hours).';
  return { kind: 'partial', word: 'partial', sentence };
}

const REASONS: Record<string, string> = {
  'late-data': 'late data',
  rules: 'changed counting rules',
  forget: 'data that was removed',
  timezone: 'a changed time zone',
};

/** Why a final number changed. */
export function reasonOf(reason: string): string {
  return REASONS[reason] ?? reason;
}
