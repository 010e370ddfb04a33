import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ResolvedView } from './resolved-view.ts';
import { TopList } from './top-list.tsx';

/** A dimension and how its list is headed. */
export interface Tab {
  readonly dimension: string;
  readonly title: string;
}

interface Props {
  readonly title: string;
  readonly tabs: readonly Tab[];
  readonly view: ResolvedView;
  readonly total: number | null;
  readonly every: number;
  readonly children?: ComponentChildren;
}

/** A card with top lists of related dimensions, one at a time. */
export function TopCard({ title, tabs, view, total, every, children }: Props) {
  const [shown, setShown] = useState(tabs[0]!);
  return (
    <section class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <fieldset class="tabs">
          <legend class="unseen">{title} by</legend>
          {tabs.map((tab) => (
            <button
              type="button"
              key={tab.dimension}
              aria-pressed={tab === shown}
              onClick={() => setShown(tab)}
            >
              {tab.title}
            </button>
          ))}
        </fieldset>
      </header>
      {children}
      <TopList view={view} dimension={shown.dimension} title={shown.title} total={total} every={every} />
    </section>
  );
}
