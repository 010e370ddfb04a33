import { useContext } from 'preact/hooks';
import { measured, type Summary } from './answers.ts';
import { DefinitionsContext } from './definitions.ts';
import { Explain } from './explain.tsx';
import { Badge, FinalityFacts, stateOf, type Window } from './finality.tsx';
import { FURTHER, type Shown } from './measures.ts';
import { exact } from './numbers.ts';

interface Props {
  readonly summary: Summary;
  readonly window: Window;
}

/** The window's measures that are not in the headline. */
export function MeasuresCard({ summary, window }: Props) {
  return (
    <section class="card" aria-label="More measures">
      <header>
        <h2>More measures</h2>
        <Badge state={stateOf(window)} />
      </header>
      <table class="measures">
        <tbody>
          {FURTHER.filter((shown) => isToldOf(shown, summary)).map((shown) => (
            <Row key={shown.measure} shown={shown} summary={summary} window={window} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

// What the settings exclude has no class, so only the sum of all classes can tell it.
function isToldOf({ measure }: Shown, summary: Summary): boolean {
  return measure !== 'excluded_requests' || summary.class === 'all';
}

function Row({ shown, summary, window }: Props & { shown: Shown }) {
  const definition = useContext(DefinitionsContext).get(shown.measure);
  const value = measured(summary, shown.measure);
  return (
    <tr data-measure={shown.measure} data-value={value ?? 'null'}>
      <th scope="row">
        <Explain label={shown.title}>
          <strong>{shown.title}</strong>
          <p>{definition}</p>
          <FinalityFacts window={window} />
        </Explain>
      </th>
      <td class={value === null ? 'number quiet' : 'number'}>{exact(value, shown.unit)}</td>
    </tr>
  );
}
