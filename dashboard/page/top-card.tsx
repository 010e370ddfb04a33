import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Column, Totals } from './listed.ts';
import type { ResolvedView } from './resolved-view.ts';
import { TopList } from './top-list.tsx';

/** A dimension, how its list is headed, and what it is sorted by at first. */
export interface Tab {
  readonly dimension: string;
  readonly title: string;
  /** @default requests */
  readonly by?: Column;
}

interface Props {
  readonly title: string;
  readonly tabs: readonly Tab[];
  readonly view: ResolvedView;
  readonly totals: Totals;
  readonly every: number;
  readonly own?: readonly string[];
  readonly children?: ComponentChildren;
}

/** A card with top lists of related dimensions, one at a time. */
export function TopCard({ title, tabs, children, ...shared }: Props) {
  const [shown, setShown] = useState(tabs[0]!);
  return (
    <section class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <fieldset class="tabs">
          <legend class="unseen">{title} by</legend>
          {tabs.map((tab) => (
            <button type="button" key={tab.title} aria-pressed={tab === shown} onClick={() => setShown(tab)}>
              {tab.title}
            </button>
          ))}
        </fieldset>
      </header>
      {children}
      <TopList key={shown.title} {...shared} {...shown} by={shown.by ?? 'requests'} />
    </section>
  );
}
