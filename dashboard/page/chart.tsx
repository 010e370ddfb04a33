import { useCallback, useMemo, useRef, useState } from 'preact/hooks';
import { arrowTarget } from './arrow-keys.ts';
import type { Bars } from './bar-plot.ts';
import { comparedName } from './compare-switch.tsx';
import { barsOf, type Course, plottedOf, pointWords } from './course.ts';
import { PLOTTED, plottedTitle } from './measures.ts';
import { Panel } from './panel.tsx';
import { PERIODS } from './time-keys.ts';
import { useView } from './view.ts';

/** A window's course: one plot per chosen measure, all pointing at the same window. */
export function Chart({ course }: { course: Course }) {
  const { view, go } = useView();
  const [at, setAt] = useState<number | null>(null);
  const point = useCallback((index: number | null) => setAt(index), []);
  const plotted = useMemo(() => plottedOf(view.show), [view.show]);
  const bars = useMemo(
    () => plotted.map((shown, index) => barsOf(course, shown, index === plotted.length - 1, Date.now())),
    [course, plotted],
  );
  const titles = plotted.map((shown) => plottedTitle(shown, course.granularity));
  const open = (index: number | null) => index !== null && go(inside(course, index));
  const touched = useRef<number | null>(null);
  const onClick = (event: MouseEvent) => {
    // A first touch reads a bar, a second one opens it; a pointer has read it already.
    const index = barUnder(event, course.points.length);
    const first = (event as PointerEvent).pointerType === 'touch' && touched.current !== index;
    touched.current = index;
    if (!first) open(index);
  };
  const words = at === null ? [] : pointWords(course, at, plotted, Date.now());
  return (
    <>
      <Readout words={words} dashed={course.others && comparedName(view)} gaps={bars.some(hasGap)} />
      <div
        class={canOpen(course) ? 'chart opens' : 'chart'}
        role="slider"
        tabIndex={0}
        aria-label={`Course of ${titles.join(' and ')}; arrow keys go through its windows`}
        aria-valuemin={0}
        aria-valuemax={course.points.length - 1}
        aria-valuenow={at ?? 0}
        aria-valuetext={words.join(', ')}
        onClick={onClick}
        onKeyDown={(event) => {
          if (event.key === 'Enter') open(at);
          const target = arrowTarget(event, at, course.points.length);
          if (target !== undefined) setAt(target);
        }}
        onBlur={() => setAt(null)}
      >
        {plotted.map((shown, index) => (
          <Panel
            key={`${shown.measure}${bars[index]?.labelled}`}
            title={titles[index]!}
            colour={PLOTTED.indexOf(shown) + 1}
            bars={bars[index]!}
            at={at}
            onPoint={point}
          />
        ))}
      </div>
    </>
  );
}

interface ReadoutProps {
  readonly words: readonly string[];
  readonly dashed: string | undefined;
  readonly gaps: boolean;
}

function Readout({ words, dashed, gaps }: ReadoutProps) {
  if (words.length === 0)
    return (
      <p class="readout quiet">
        Point at a bar, or use the arrow keys. Paler bars are not final yet.
        {gaps && ' Grey: nothing is known.'}
        {dashed && ` Dashed: ${dashed.toLowerCase()}.`}
      </p>
    );
  return (
    <p class="readout">
      {words.map((word, index) => (index === 0 ? <b key={word}>{word}</b> : <span key={word}>{word}</span>))}
    </p>
  );
}

function hasGap({ values, over }: Bars): boolean {
  return values.some((value, index) => value === null && over[index]);
}

// From the click itself: a quick click comes before the plot has told where the pointer is.
function barUnder(event: MouseEvent, count: number): number | null {
  const plot = event.target as HTMLElement;
  if (!plot.classList.contains('u-over')) return null;
  return Math.min(count - 1, Math.floor((event.offsetX / plot.clientWidth) * count));
}

function canOpen(course: Course): boolean {
  return PERIODS.some((period) => period === course.granularity);
}

// The view of a bar: a month's day, a year's month. Hours and half-hours have no page of their own.
function inside(course: Course, index: number) {
  const period = PERIODS.find((name) => name === course.granularity);
  const key = course.points[index]?.time_key;
  return period === undefined || key === undefined ? {} : { period, key, by: undefined };
}
