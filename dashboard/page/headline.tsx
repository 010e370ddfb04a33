import { useContext } from 'preact/hooks';
import type { Summary, SummaryComparison } from './answers.ts';
import { measured } from './answers.ts';
import { DefinitionsContext } from './definitions.ts';
import { Compared, Delta } from './delta.tsx';
import { Explain } from './explain.tsx';
import { Badge, FinalityFacts, stateOf, type Window } from './finality.tsx';
import { apiName, HEADLINE, type Shown, shownValue, titleOf } from './measures.ts';
import { exact, NOT_MEASURED, short } from './numbers.ts';
import type { View } from './view.ts';

interface Props {
  readonly summary: Summary;
  readonly window: Window;
  readonly comparison: SummaryComparison | null | undefined;
  /** What the numbers are compared with, by name. */
  readonly compare: View;
}

/** The window's measures, each with what it means and how settled it is. */
export function Headline(props: Props) {
  return (
    <section class="headline" aria-label="Headline numbers">
      {HEADLINE.map((shown) => (
        <Tile key={shown.measure} shown={shown} {...props} />
      ))}
    </section>
  );
}

function Tile({ shown, summary, window, comparison, compare }: Props & { shown: Shown }) {
  const definitions = useContext(DefinitionsContext);
  const value = shownValue(summary, shown.measure);
  const name = apiName(summary, shown.measure);
  const title = titleOf(shown, name);
  const bound =
    shown.measure === 'visitors' && summary.visitors_bound === 'upper' && value !== null ? '≤ ' : '';
  return (
    <div class="tile" data-measure={name} data-value={value ?? 'null'}>
      <Explain label={<TileLabel title={title} window={window} />}>
        <strong>{title}</strong>
        <p>{definitions.get(name)}</p>
        <p>
          <b>{bound + exact(value, shown.unit)}</b> <VisitorNotes shown={shown} summary={summary} />
        </p>
        {comparison && <Compared shown={shown} name={name} comparison={comparison} compare={compare} />}
        <FinalityFacts window={window} />
      </Explain>
      <span class={value === null ? 'value unmeasured' : 'value'}>
        {value === null ? NOT_MEASURED : bound + short(value, shown.unit)}
      </span>
      {comparison && <Delta shown={shown} name={name} comparison={comparison} compare={compare} />}
    </div>
  );
}

function TileLabel({ title, window }: { title: string; window: Window }) {
  return (
    <>
      <span class="title">{title}</span>
      <Badge state={stateOf(window)} />
    </>
  );
}

function VisitorNotes({ shown, summary }: Pick<Props, 'summary'> & { shown: Shown }) {
  if (shown.measure !== 'visitors') return null;
  const blind = measured(summary, 'visitors_unmeasured_requests') ?? 0;
  const error = measured(summary, 'visitors_error') ?? 0;
  return (
    <>
      {summary.visitors_bound === 'upper' && 'Upper bound: some may be counted under two keys. '}
      {error > 0 && `Estimated, with a standard error of ${error} %. `}
      {blind > 0 && `${exact(blind)} requests came without an address.`}
    </>
  );
}
