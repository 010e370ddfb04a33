import { useMemo, useState } from 'preact/hooks';
import { BarChart } from '../bar-chart.tsx';
import type { Bars } from '../bar-plot.ts';
import { exact } from '../numbers.ts';
import { Problem } from '../problem.tsx';
import { SourceLinks } from '../source-links.tsx';
import { axisLabel, windowName } from '../times.ts';
import { useAnswer } from '../use-answer.ts';
import { type TokenUsage, tokenPath } from './token.ts';

/** Bars that are drawn of days, at most. */
const DAYS = 60;
const EVERY = 30;

/** How often a token was used on each day. */
export function TokenUsageCard({ name, timezone }: { name: string; timezone: string }) {
  const [granularity, setGranularity] = useState<TokenUsage['granularity']>('daily');
  const path = `${tokenPath(name)}/usage?granularity=${granularity}`;
  const { data, error, stale, retry } = useAnswer<TokenUsage>(path, EVERY);
  return (
    <section class="card course" aria-label="Uses" aria-busy={stale}>
      <header>
        <h2>Uses per {data?.granularity === 'monthly' ? 'month' : 'day'}</h2>
        <fieldset class="tabs">
          <legend class="unseen">Uses by</legend>
          {(['daily', 'monthly'] as const).map((each) => (
            <button
              type="button"
              key={each}
              aria-pressed={each === granularity}
              onClick={() => setGranularity(each)}
            >
              {each === 'daily' ? 'Days' : 'Months'}
            </button>
          ))}
        </fieldset>
        <SourceLinks path={path} name={`Uses of ${name}`} />
      </header>
      {error && <Problem error={error} retry={retry} kept={data !== undefined} />}
      {data === undefined && error === undefined && <div class="skeleton usage-skeleton" />}
      {data && <Uses usage={data} timezone={timezone} />}
    </section>
  );
}

function Uses({ usage, timezone }: { usage: TokenUsage; timezone: string }) {
  const points = usage.points.slice(-DAYS);
  const bars = useMemo(() => barsOf({ ...usage, points }), [usage]);
  const nameOf = (index: number) => windowName(usage.granularity, points[index]!.time_key);
  return (
    <>
      <BarChart
        title="Accepted uses"
        colour={1}
        bars={bars}
        wordsOf={(index) => [nameOf(index), `Uses: ${exact(points[index]!.uses)}`]}
      />
      <details class="as-table">
        <summary>The same as a table</summary>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{usage.granularity === 'monthly' ? 'Month' : `Day (${timezone})`}</th>
                <th scope="col" class="number">
                  Uses
                </th>
              </tr>
            </thead>
            <tbody>
              {points.map(({ time_key, uses }, index) => (
                <tr key={time_key} data-key={time_key}>
                  <th scope="row">{nameOf(index)}</th>
                  <td class="number">{exact(uses)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </>
  );
}

// Days are days of the site's zone already: their keys are read as UTC, which shifts none of them.
function barsOf({ points, granularity }: TokenUsage): Bars {
  const last = points.length - 1;
  const startOf = (key: string) => Date.parse(granularity === 'monthly' ? `${key}-01` : key);
  return {
    values: points.map(({ uses }) => uses),
    settled: points.map((_, index) => (index === last ? 'running' : 'strong')),
    over: points.map((_, index) => index < last),
    labels: points.map(({ time_key }) => axisLabel(granularity, startOf(time_key), 'UTC', true)),
    unit: 'count',
    labelled: true,
    group: 'uses',
  };
}
