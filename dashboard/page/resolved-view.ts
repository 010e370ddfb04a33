import { dateIn, keyOf } from './time-keys.ts';
import type { View } from './view.ts';

/** A view whose window is known. */
export interface ResolvedView extends View {
  readonly key: string;
}

const DAY = 86_400_000;

/**
 * Names the window of a view whose address names none: the one of today or, where the newest event is more than
 * a day old (an import of old logs), the one of that event, so that nobody lands on an empty page.
 */
export function resolveView(
  view: View,
  timezone: string,
  newest: number | undefined,
  now: number,
): ResolvedView {
  if (view.key !== undefined) return { ...view, key: view.key };
  const shown = newest !== undefined && newest < now - DAY ? newest : now;
  return { ...view, key: keyOf(view.period, dateIn(timezone, shown)) };
}

const GRANULARITIES = {
  daily: ['hourly', '30min'],
  weekly: ['daily', 'hourly'],
  monthly: ['daily', 'hourly'],
  yearly: ['monthly', 'weekly', 'daily'],
} as const;

/** Granularities a chart of this view offers, the usual one first. */
export function granularitiesOf(view: View): readonly string[] {
  return GRANULARITIES[view.period];
}

export function granularityOf(view: View): string {
  const offered = granularitiesOf(view);
  return offered.find((name) => name === view.by) ?? offered[0] ?? 'daily';
}
