import type { Finality, Restatement } from './answers.ts';
import { countOf, type Gaps, splitGaps } from './gaps.ts';
import { exact } from './numbers.ts';
import { reasonOf, type Settled, settled } from './settled.ts';
import { ago, instant } from './times.ts';

/** What a badge needs to know about the window whose numbers it marks. */
export interface Window {
  readonly finality: Finality;
  readonly end: number;
  readonly timezone: string;
}

/** The one-word badge: live, partial, final, restated. */
export function Badge({ state }: { state: Settled }) {
  return (
    <span class={`badge badge-${state.kind}`} data-settled={state.kind}>
      {state.word}
    </span>
  );
}

export function stateOf(window: Window): Settled {
  return settled(window.finality, window.end, Date.now());
}

/** The badge's explanation: computed when, from what, what is missing, what changed. */
export function FinalityFacts({ window }: { window: Window }) {
  const { finality, timezone } = window;
  const state = stateOf(window);
  return (
    <dl class="facts">
      <dt>Settled</dt>
      <dd>
        <Badge state={state} /> {state.sentence}
      </dd>
      <dt>Computed</dt>
      <dd>{computed(finality, timezone)}</dd>
      <dt>Sources</dt>
      <dd>
        {exact(finality.source_count)} ({exact(finality.sources_final)} final)
      </dd>
      <GapFacts {...splitGaps(finality.gaps, timezone, Date.now())} />
      {finality.restated && <Restated restated={finality.restated} timezone={timezone} />}
    </dl>
  );
}

function computed(finality: Finality, timezone: string): string {
  if (!finality.computed_at) return 'not yet';
  const revision = finality.revision ? `, revision ${finality.revision}` : '';
  return `${instant(finality.computed_at, timezone)} (${ago(finality.computed_at, Date.now())})${revision}`;
}

function GapFacts({ missing, toCome }: Gaps) {
  const more = missing.length > 4 ? ` and ${missing.length - 4} more` : '';
  return (
    <>
      {missing.length > 0 && <dt>Gaps</dt>}
      {missing.length > 0 && (
        <dd>
          Nothing is known yet of {countOf(missing)}: {missing.slice(0, 4).join(', ')}
          {more}
        </dd>
      )}
      {toCome.length > 0 && <dt>To come</dt>}
      {toCome.length > 0 && <dd>{countOf(toCome)} not over yet</dd>}
    </>
  );
}

function Restated({ restated, timezone }: { restated: Restatement; timezone: string }) {
  return (
    <>
      <dt>Restated</dt>
      <dd>{restatedWords(restated, timezone)}</dd>
    </>
  );
}

/** When and why final numbers changed, and by how much. */
export function restatedWords(restated: Restatement, timezone: string): string {
  const changes = Object.entries(restated.difference?.all ?? {}).slice(0, 4);
  const told = changes.map(([name, value]) => `${name.replaceAll('_', ' ')} ${signed(value)}`);
  const difference = told.length > 0 ? ` (all classes: ${told.join(', ')})` : '';
  return `${instant(restated.at, timezone)}, because of ${reasonOf(restated.reason)}${difference}`;
}

function signed(value: number): string {
  return value > 0 ? `+${exact(value)}` : exact(value);
}
