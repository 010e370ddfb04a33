import { useState } from 'preact/hooks';
import type { Filtered } from './answers.ts';
import { exact } from './numbers.ts';
import type { ResolvedView } from './resolved-view.ts';
import { TopList } from './top-list.tsx';
import type { ClassChoice } from './view.ts';

interface Props {
  readonly view: ResolvedView;
  readonly filtered: Filtered;
  readonly every: number;
}

const SINGULAR: Record<string, string> = { human: 'human', bot: 'bot', probe: 'probe', monitor: 'monitor' };
const WHY: Record<string, string> = {
  bot: 'Crawlers and scripts, by what their agent says.',
  probe: 'Scanners: they ask for paths that only an attacker looks for.',
  monitor: 'Uptime checkers, by the names in the settings.',
  human: 'Everything no rule speaks against.',
};

/** How many requests the class switch leaves out; the rules that said so are behind a click. */
export function FilteredOut({ view, filtered, every }: Props) {
  const [open, setOpen] = useState(false);
  const classes = Object.entries(filtered).filter(([name, count]) => name in SINGULAR && count > 0) as [
    ClassChoice,
    number,
  ][];
  if (view.class === 'all' || classes.length === 0) return null;
  return (
    <details class="filtered" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span data-filtered={JSON.stringify(filtered)}>{sentence(classes)}</span>
      </summary>
      {open && (
        <div class="rules">
          {classes.map(([name]) => (
            <section key={name} aria-label={`Rules: ${name}`}>
              <p class="quiet">{WHY[name]}</p>
              {name !== 'human' && (
                <TopList
                  view={{ ...view, class: name }}
                  dimension="rule"
                  title={`${title(name)} by rule`}
                  by="requests"
                  every={every}
                />
              )}
            </section>
          ))}
        </div>
      )}
    </details>
  );
}

function sentence(classes: readonly [ClassChoice, number][]): string {
  const parts = classes.map(([name, count]) => `${exact(count)} by ${SINGULAR[name]}s`);
  return `Requests not in these numbers: ${new Intl.ListFormat('en').format(parts)}.`;
}

function title(name: string): string {
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}s`;
}
