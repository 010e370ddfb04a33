import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { Column, Totals } from './listed.ts';
import type { ResolvedView } from './resolved-view.ts';
import { TopList } from './top-list.tsx';
import type { ClassChoice } from './view.ts';

/** A dimension, how its list is headed, and what it is sorted by at first. */
export interface Tab {
  readonly dimension: string;
  readonly title: string;
  /** @default requests */
  readonly by?: Column;
  /** Classes for which the card opens on this one. */
  readonly first?: readonly ClassChoice[];
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

/** A card with top lists of related dimensions, one at a time; it opens on the first that has something to show. */
export function TopCard({ title, tabs, totals, children, ...shared }: Props) {
  const [chosen, choose] = useState<{ tab: Tab; class: ClassChoice }>();
  const filled = tabs.filter((tab) => totals[tab.by ?? 'requests']);
  const usual = filled.find((tab) => tab.first?.includes(shared.view.class)) ?? filled[0] ?? tabs[0]!;
  const isKept = chosen && (chosen.class === shared.view.class || filled.includes(chosen.tab));
  const shown = isKept ? chosen.tab : usual;
  const by = filled.length === 0 ? 'requests' : (shown.by ?? 'requests');
  return (
    <section class="card" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <fieldset class="tabs">
          <legend class="unseen">{title} by</legend>
          {tabs.map((tab) => (
            <button
              type="button"
              key={tab.title}
              aria-pressed={tab === shown}
              onClick={() => choose({ tab, class: shared.view.class })}
            >
              {tab.title}
            </button>
          ))}
        </fieldset>
      </header>
      {children}
      <TopList key={shown.title + by} {...shared} {...shown} by={by} />
    </section>
  );
}
