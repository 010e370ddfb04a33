import { useState } from 'preact/hooks';
import { CursorPager } from '../cursor-pager.tsx';
import { countryName } from '../names.ts';
import { NOT_MEASURED } from '../numbers.ts';
import { Problem } from '../problem.tsx';
import { eventName } from '../pulse/pulse.ts';
import { SourceLinks } from '../source-links.tsx';
import { briefInstant, instant } from '../times.ts';
import { useAnswer } from '../use-answer.ts';
import { type TokenEvents, tokenPath } from './token.ts';

const EVERY = 15;

/** The accepted uses of a token one by one, the newest first. */
export function TokenEventsCard({ name, timezone }: { name: string; timezone: string }) {
  const [cursors, setCursors] = useState<readonly string[]>([]);
  const cursor = cursors.at(-1);
  const path = `${tokenPath(name)}/events?limit=10${cursor === undefined ? '' : `&cursor=${cursor}`}`;
  const { data, error, stale, retry } = useAnswer<TokenEvents>(path, EVERY);
  const now = Date.now();
  return (
    <section class="card token-events" aria-label="Uses one by one" aria-busy={stale}>
      <header>
        <h2>Accepted uses</h2>
        <SourceLinks path={path} name={`Uses of ${name}`} />
      </header>
      {error && <Problem error={error} retry={retry} kept={data !== undefined} />}
      {data === undefined && error === undefined && <div class="skeleton table-skeleton" />}
      {data && data.events.length === 0 && <p class="nothing">It has not been used yet.</p>}
      {data && data.events.length > 0 && (
        <table class="listing">
          <thead>
            <tr>
              <th scope="col" class="number">
                No.
              </th>
              <th scope="col">When</th>
              <th scope="col">What</th>
              <th scope="col" class="wide">
                Country
              </th>
              <th scope="col" class="wide">
                Browser
              </th>
            </tr>
          </thead>
          <tbody>
            {data.events.map((event) => (
              <tr key={event.event_id} data-number={event.number}>
                <th scope="row" class="number">
                  {event.number}
                </th>
                <td class="when" title={instant(event.timestamp, timezone)}>
                  {briefInstant(event.timestamp, timezone, now)}
                </td>
                <td>{eventName(event.action)}</td>
                <td class="wide">{event.country === null ? <Unmeasured /> : countryName(event.country)}</td>
                <td class="wide" title={event.user_agent_normalised ?? undefined}>
                  {event.user_agent_normalised ?? <Unmeasured />}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <footer class="card-foot">
        <CursorPager
          page={cursors.length}
          next={data?.next_cursor ?? undefined}
          turn={(next) => setCursors(next === undefined ? cursors.slice(0, -1) : [...cursors, next])}
        />
        <span class="quiet">Refused uses are counted, and kept in no list.</span>
      </footer>
    </section>
  );
}

function Unmeasured() {
  return <span class="quiet">{NOT_MEASURED}</span>;
}
