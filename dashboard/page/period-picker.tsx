import { useEffect } from 'preact/hooks';
import type { ResolvedView } from './resolved-view.ts';
import { dateIn, firstDay, keyOf, PERIODS, type Period, spanOf, stepKey } from './time-keys.ts';
import { windowName } from './times.ts';
import { useView } from './view.ts';
import { ViewLink } from './view-link.tsx';

const NAMES: Record<Period, string> = { daily: 'Day', weekly: 'Week', monthly: 'Month', yearly: 'Year' };
const NOW: Record<Period, string> = {
  daily: 'Today',
  weekly: 'This week',
  monthly: 'This month',
  yearly: 'This year',
};

interface Props {
  readonly view: ResolvedView;
  readonly timezone: string;
}

/** Which window is shown, and the ways to another one. */
export function PeriodPicker({ view, timezone }: Props) {
  const today = dateIn(timezone, Date.now());
  const name = windowName(view.period, view.key);
  useEffect(() => {
    document.title = `${name} · Backbone`;
  }, [name]);
  return (
    <div class="periods">
      <h1>
        {name} <span class="zone">{timezone}</span>
      </h1>
      <div class="controls">
        <Steps view={view} today={today} />
        <nav class="segments" aria-label="Period">
          {PERIODS.map((period) => (
            <ViewLink key={period} to={to(view, period, today)} current={period === view.period}>
              {NAMES[period]}
            </ViewLink>
          ))}
        </nav>
      </div>
    </div>
  );
}

// A longer period is the one around what is shown; a shorter one is its newest part that is not in the future.
function to(view: ResolvedView, period: Period, today: string) {
  const { from, to: end } = spanOf(view.period, view.key);
  const date =
    PERIODS.indexOf(period) < PERIODS.indexOf(view.period) && today < end && today >= from ? today : from;
  return { period, key: keyOf(period, date), by: undefined };
}

function Steps({ view, today }: { view: ResolvedView; today: string }) {
  const { go } = useView();
  const newest = keyOf(view.period, today);
  const next = stepKey(view.period, view.key, 1);
  return (
    <div class="steps">
      <ViewLink class="button" to={{ key: stepKey(view.period, view.key, -1) }} label="Previous">
        ‹
      </ViewLink>
      <ViewLink class="button" to={{ key: next }} label="Next" disabled={next > newest}>
        ›
      </ViewLink>
      <ViewLink class="button" to={{ key: newest }} current={view.key === newest}>
        {NOW[view.period]}
      </ViewLink>
      <input
        type="date"
        aria-label="Go to the window of a date"
        value={firstDay(view.period, view.key)}
        max={today}
        onChange={(event) =>
          event.currentTarget.value && go({ key: keyOf(view.period, event.currentTarget.value) })
        }
      />
    </div>
  );
}
