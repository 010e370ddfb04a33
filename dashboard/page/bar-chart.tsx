import { useCallback, useState } from 'preact/hooks';
import { arrowTarget } from './arrow-keys.ts';
import type { Bars } from './bar-plot.ts';
import { Panel } from './panel.tsx';

interface Props {
  /** What the bars count. */
  readonly title: string;
  readonly bars: Bars;
  /** One bar in words. */
  readonly wordsOf: (index: number) => readonly string[];
  /** Colour of the series, 1–6. */
  readonly colour: number;
}

/** One series as bars, for the pointer, the keyboard and screen readers. */
export function BarChart({ title, bars, wordsOf, colour }: Props) {
  const [at, setAt] = useState<number | null>(null);
  const point = useCallback((index: number | null) => setAt(index), []);
  const count = bars.values.length;
  const words = at === null || at >= count ? [] : wordsOf(at);
  return (
    <>
      <p class="readout">
        {words.length === 0 && <span class="quiet">Point at a bar, or use the arrow keys.</span>}
        {words.map((word, index) =>
          index === 0 ? <b key={word}>{word}</b> : <span key={word}>{word}</span>,
        )}
      </p>
      <div
        class="chart"
        role="slider"
        tabIndex={0}
        aria-label={`${title}; arrow keys go through the bars`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, count - 1)}
        aria-valuenow={at ?? 0}
        aria-valuetext={words.join(', ')}
        onKeyDown={(event) => {
          const target = arrowTarget(event, at, count);
          if (target !== undefined) setAt(target);
        }}
        onBlur={() => setAt(null)}
      >
        <Panel title={title} colour={colour} bars={bars} at={at} onPoint={point} />
      </div>
    </>
  );
}
