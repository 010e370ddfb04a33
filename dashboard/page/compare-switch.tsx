import type { ResolvedView } from './resolved-view.ts';
import type { Period } from './time-keys.ts';
import type { Compared, View } from './view.ts';
import { ViewLink } from './view-link.tsx';

const NAMES: Record<Period, Partial<Record<Compared, string>>> = {
  daily: { previous: 'Day before', weekdays: 'Same weekday' },
  weekly: { previous: 'Week before' },
  monthly: { previous: 'Month before', weekdays: 'Same weekdays' },
  yearly: { previous: 'Year before' },
};

/** With what the window's numbers are compared. */
export function CompareSwitch({ view }: { view: ResolvedView }) {
  const offered = Object.entries(NAMES[view.period]) as [Compared, string][];
  return (
    <nav class="segments small compare" aria-label="Compare with">
      {offered.map(([compare, name]) => (
        <ViewLink key={compare} to={{ compare }} current={compare === view.compare}>
          {name}
        </ViewLink>
      ))}
      <ViewLink to={{ compare: 'none' }} current={view.compare === 'none'}>
        No comparison
      </ViewLink>
    </nav>
  );
}

/** The time compared with, in words. */
export function comparedName({ period, compare }: View): string {
  return NAMES[period][compare] ?? (compare === 'weekdays' ? 'Same weekdays' : 'Before');
}
