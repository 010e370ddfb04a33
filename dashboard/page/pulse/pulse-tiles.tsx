import type { Value } from '../answers.ts';
import { Explain } from '../explain.tsx';
import { exact, NOT_MEASURED, short } from '../numbers.ts';
import type { Pulse } from './pulse.ts';

interface Shown {
  readonly measure: 'active_visitors' | 'active_requests' | 'active_transfers' | 'active_events';
  readonly title: string;
  readonly meaning: string;
}

const TILES: readonly Shown[] = [
  {
    measure: 'active_visitors',
    title: 'Visitors',
    meaning:
      'Different addresses, told apart by a hash under the key of the day. Not measured where no event says where it came from.',
  },
  {
    measure: 'active_requests',
    title: 'Requests',
    meaning: 'Events that have a method, or lines of real-time logs.',
  },
  {
    measure: 'active_transfers',
    title: 'Transfers',
    meaning: 'Different transfers that something happened to. Only applications know of them.',
  },
  {
    measure: 'active_events',
    title: 'Events',
    meaning: 'All that was reported: requests, and what is none, such as a use of a token.',
  },
];

/** How much is going on. */
export function PulseTiles({ pulse }: { pulse: Pulse }) {
  return (
    <section class="headline pulse-tiles" aria-label="What is going on">
      {TILES.map((shown) => (
        <Tile key={shown.measure} shown={shown} value={pulse[shown.measure]} />
      ))}
    </section>
  );
}

function Tile({ shown: { measure, title, meaning }, value }: { shown: Shown; value: Value }) {
  return (
    <div class="tile" data-measure={measure} data-value={value ?? 'null'}>
      <Explain label={<span class="title">{title}</span>}>
        <strong>{title}</strong>
        <p>{meaning}</p>
        <p>
          <b>{exact(value)}</b>
        </p>
      </Explain>
      <span class={value === null ? 'value unmeasured' : 'value'}>
        {value === null ? NOT_MEASURED : short(value)}
      </span>
    </div>
  );
}
