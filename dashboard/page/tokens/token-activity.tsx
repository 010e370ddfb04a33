import { useMemo } from 'preact/hooks';
import { BarChart } from '../bar-chart.tsx';
import type { Bars } from '../bar-plot.ts';
import { exact, NOT_MEASURED, share } from '../numbers.ts';
import { Problem } from '../problem.tsx';
import { SourceLinks } from '../source-links.tsx';
import { dateIn } from '../time-keys.ts';
import { axisLabel, pointName, shortDay } from '../times.ts';
import { useAnswer } from '../use-answer.ts';
import { type ActivityDay, type Token, type TokenActivity, tokenPath, type UsagePoint } from './token.ts';

const DAYS = 7;
const EVERY = 30;
const HOUR = 3_600_000;

/** Whether somebody abuses a token: bursts, many uses by few visitors, many refused uses. */
export function TokenActivityCard({ token, timezone }: { token: Token; timezone: string }) {
  const name = token.token_name;
  const path = `${tokenPath(name)}/activity?days=${DAYS}`;
  const { data, error, stale, retry } = useAnswer<TokenActivity>(path, EVERY);
  return (
    <section class="card course abuse" aria-label="Abuse" aria-busy={stale}>
      <header>
        <h2>Last {DAYS} days, by the hour</h2>
        <SourceLinks path={path} name={`Activity of ${name}`} csv={false} />
      </header>
      {error && <Problem error={error} retry={retry} kept={data !== undefined} />}
      {data === undefined && error === undefined && <div class="skeleton usage-skeleton" />}
      {data && <Activity activity={data} since={dateIn(timezone, token.created_at)} timezone={timezone} />}
    </section>
  );
}

interface ActivityProps {
  readonly activity: TokenActivity;
  /** The day that the token was made on: of days before there is nothing to tell. */
  readonly since: string;
  readonly timezone: string;
}

function Activity({ activity, since, timezone }: ActivityProps) {
  const { hours, days, complete } = activity;
  const bars = useMemo(() => barsOf(hours, timezone), [activity, timezone]);
  const wordsOf = (index: number) => [
    hourName(hours[index]!, timezone),
    `Uses: ${exact(hours[index]!.uses)}`,
  ];
  const busiest = hours.reduce<UsagePoint | undefined>(
    (most, hour) => (hour.uses > (most?.uses ?? 0) ? hour : most),
    undefined,
  );
  return (
    <>
      <BarChart title="Accepted uses per hour" colour={3} bars={bars} wordsOf={wordsOf} />
      <dl class="facts abuse-facts">
        <dt>Refused</dt>
        <dd data-rejected-share={activity.rejected_share ?? 'null'}>{refusedWords(activity)}</dd>
        <dt>Busiest hour</dt>
        <dd>
          {busiest ? `${hourName(busiest, timezone)}: ${exact(busiest.uses)} uses` : 'no use in these days'}
        </dd>
      </dl>
      <DayTable days={days.filter(({ time_key }) => time_key >= since)} />
      {!complete && (
        <p class="quiet">Only the newest 25,600 uses were looked at: the earliest days lack some.</p>
      )}
    </>
  );
}

function refusedWords({ rejected_share, days }: TokenActivity): string {
  const known = days.filter(({ rejected }) => rejected !== null);
  if (known.length === 0) return 'not known yet';
  const refused = known.reduce((sum, { rejected }) => sum + rejected!, 0);
  const all = known.reduce((sum, { uses }) => sum + uses, refused);
  if (rejected_share === null) return 'no use was tried in these days';
  return `${share(refused, all)} of uses that were tried (${exact(refused)} of ${exact(all)})`;
}

function DayTable({ days }: { days: readonly ActivityDay[] }) {
  return (
    <table class="listing">
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col" class="number">
            Uses
          </th>
          <th
            scope="col"
            class="number"
            title="Different addresses; of two days nobody can tell who was the same"
          >
            Visitors
          </th>
          <th scope="col" class="number" title="Uses that were tried and turned away">
            Refused
          </th>
        </tr>
      </thead>
      <tbody>
        {days.toReversed().map(({ time_key, uses, unique_visitors, rejected }) => (
          <tr key={time_key} data-key={time_key}>
            <th scope="row">{shortDay(time_key)}</th>
            <td class="number">{exact(uses)}</td>
            <td class="number">
              {uses === 0 ? '0' : (unique_visitors ?? <Unknown>{NOT_MEASURED}</Unknown>)}
            </td>
            <td class="number">{rejected ?? <Unknown>not known</Unknown>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Unknown({ children }: { children: string }) {
  return <span class="quiet">{children}</span>;
}

function hourName({ time_key }: UsagePoint, timezone: string): string {
  const start = startOf(time_key);
  return pointName('hourly', start, start + HOUR, timezone);
}

// `2026-02-16-14` is an hour of UTC.
function startOf(key: string): number {
  return Date.parse(`${key.slice(0, 10)}T${key.slice(11)}:00:00Z`);
}

function barsOf(hours: readonly UsagePoint[], timezone: string): Bars {
  const last = hours.length - 1;
  return {
    values: hours.map(({ uses }) => uses),
    settled: hours.map((_, index) => (index === last ? 'running' : 'strong')),
    over: hours.map((_, index) => index < last),
    labels: hours.map(({ time_key }) => axisLabel('hourly', startOf(time_key), timezone, true)),
    unit: 'count',
    labelled: true,
    group: 'hours',
  };
}
