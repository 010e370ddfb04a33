import { plottedOf } from './course.ts';
import { PLOTTED, plottedTitle, type Shown } from './measures.ts';
import { useView } from './view.ts';

/** Which measures are plotted; the last one stays. */
export function PlottedSwitch({ granularity }: { granularity: string }) {
  const { view, go } = useView();
  const plotted = plottedOf(view.show);
  const toggle = (shown: Shown) => {
    const next = PLOTTED.filter((each) => plotted.includes(each) !== (each === shown));
    if (next.length > 0) go({ show: next.map((each) => each.measure).join(',') });
  };
  return (
    <fieldset class="chips">
      <legend class="unseen">Plotted measures</legend>
      {PLOTTED.map((shown, index) => (
        <button
          type="button"
          key={shown.measure}
          class={`chip series-${index + 1}`}
          aria-pressed={plotted.includes(shown)}
          onClick={() => toggle(shown)}
        >
          {plottedTitle(shown, granularity)}
        </button>
      ))}
    </fieldset>
  );
}
