import { countryName } from '../names.ts';
import { ago, clock } from '../times.ts';
import { useNow } from '../use-now.ts';
import { eventName, type RecentEvent } from './pulse.ts';

/** Events that a pulse holds at most. */
const MOST = 10;

interface Props {
  /** The newest first. */
  readonly events: readonly RecentEvent[];
  readonly minutes: number;
  readonly timezone: string;
}

/** The newest events, without anything that would tell one visitor's from another's. */
export function RecentEvents({ events, minutes, timezone }: Props) {
  const now = useNow();
  return (
    <section class="card recent" aria-label="Newest events">
      <header>
        <h2>Newest events</h2>
      </header>
      {events.length === 0 && <p class="nothing">No event in the last {minutes} minutes.</p>}
      {events.length > 0 && (
        <table class="listing">
          <thead>
            <tr>
              <th scope="col">When</th>
              <th scope="col">Event</th>
              <th scope="col" class="wide">
                Path
              </th>
              <th scope="col" class="wide">
                Country
              </th>
              <th scope="col" class="wide">
                Browser
              </th>
              <th scope="col" class="number">
                Status
              </th>
            </tr>
          </thead>
          <tbody>
            {events.map((event, index) => (
              <tr key={index} data-event={event.event_type ?? ''}>
                <th scope="row" title={clock(event.timestamp, timezone)}>
                  {ago(event.timestamp, Math.max(now, event.timestamp))}
                </th>
                <td>{eventName(event.event_type)}</td>
                <td class="wide path" title={event.path ?? undefined}>
                  {event.path === null ? <None /> : `${event.method ?? ''} ${event.path}`}
                </td>
                <td class="wide">{event.country === null ? <None /> : countryName(event.country)}</td>
                <td class="wide">{event.browser ?? <None />}</td>
                <td class="number">{event.status_code ?? <None />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {events.length > 0 && events.length < MOST && (
        <p class="quiet rest">Nothing else in the last {minutes} minutes.</p>
      )}
    </section>
  );
}

/** The event did not say. */
function None() {
  return (
    <span class="quiet" title="not reported">
      –
    </span>
  );
}
