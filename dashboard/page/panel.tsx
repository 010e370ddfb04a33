import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type uPlot from 'uplot';
import { type Bars, plotBars } from './bar-plot.ts';
import { onThemeChange } from './theme-choice.ts';

interface Props {
  readonly title: string;
  readonly colour: number;
  readonly bars: Bars;
  /** The window that is looked at, or null. */
  readonly at: number | null;
  readonly onPoint: (index: number | null) => void;
}

/** A plot of one measure. It is decoration to screen readers, which get the chart's own words. */
export function Panel({ title, colour, bars, at, onPoint }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const [theme, setTheme] = useState(0);
  useEffect(() => onThemeChange(() => setTheme((count) => count + 1)), []);
  useLayoutEffect(() => {
    if (host.current === null) return;
    const drawn = plotBars(host.current, bars, onPoint);
    plot.current = drawn;
    pointAt(drawn, at);
    const stop = follow(host.current, drawn);
    return () => {
      stop();
      drawn.destroy();
    };
  }, [bars, onPoint, theme]);
  useEffect(() => plot.current && pointAt(plot.current, at), [at]);
  return (
    <div class={`panel series-${colour}`}>
      <span class="panel-title">{title}</span>
      <div class="panel-plot" ref={host} aria-hidden="true" />
    </div>
  );
}

function follow(host: HTMLElement, plot: uPlot): () => void {
  const observer = new ResizeObserver(() => {
    if (host.clientWidth !== plot.width) plot.setSize({ width: host.clientWidth, height: plot.height });
  });
  observer.observe(host);
  return () => observer.disconnect();
}

function pointAt(plot: uPlot, index: number | null): void {
  if (plot.cursor.idx === index) return;
  if (index === null) plot.setCursor({ left: -10, top: -10 }, false);
  else plot.setCursor({ left: plot.valToPos(index, 'x'), top: 4 }, false);
}
