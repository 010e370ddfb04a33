import { CLASS_NAMES } from '../class-switch.tsx';
import { exact } from '../numbers.ts';
import { PageHeading } from '../page-heading.tsx';
import { Problem } from '../problem.tsx';
import { SourceLinks } from '../source-links.tsx';
import { ago, clock } from '../times.ts';
import { useAnswer } from '../use-answer.ts';
import { useNow } from '../use-now.ts';
import { type ClassChoice, MINUTES, useView } from '../view.ts';
import { ViewLink } from '../view-link.tsx';
import { type Pulse, verdictOf } from './pulse.ts';
import { PulseSources } from './pulse-sources.tsx';
import { PulseTiles } from './pulse-tiles.tsx';
import { RecentEvents } from './recent-events.tsx';

/** Seconds between two looks while the page is visible. */
const EVERY = 10;

/** Is anyone using the site right now? */
export function PulsePage({ timezone }: { timezone: string }) {
  const { view } = useView();
  const path = `/api/analytics/pulse?minutes=${view.minutes}&class=${view.class}`;
  const { data, error, stale, retry } = useAnswer<Pulse>(path, EVERY);
  return (
    <>
      <PageHeading title="Right now">
        <nav class="segments" aria-label="How far back">
          {MINUTES.map((minutes) => (
            <ViewLink key={minutes} to={{ minutes }} current={minutes === view.minutes}>
              {minutes} min
            </ViewLink>
          ))}
        </nav>
        <SourceLinks path={path} name="Pulse" csv={false} />
      </PageHeading>
      {error && <Problem error={error} retry={retry} kept={data !== undefined} />}
      {data === undefined && error === undefined && <div class="skeleton pulse-skeleton" />}
      {data && (
        <div aria-busy={stale} class="pulse">
          <Verdict pulse={data} timezone={timezone} />
          <PulseTiles pulse={data} />
          <Others pulse={data} shown={view.class} />
          <RecentEvents events={data.recent_events} minutes={data.window_minutes} timezone={timezone} />
          <PulseSources sources={data.sources} minutes={data.window_minutes} timezone={timezone} />
        </div>
      )}
    </>
  );
}

function Verdict({ pulse, timezone }: { pulse: Pulse; timezone: string }) {
  const now = useNow();
  const { kind, word, sentence } = verdictOf(pulse, now);
  return (
    <div class={`verdict verdict-${kind}`} data-verdict={kind}>
      <p role="status">
        <strong>{word}</strong> {sentence}
      </p>
      <p class="quiet" data-computed={pulse.computed_at}>
        Looked at every {EVERY} seconds while this page is visible. Computed at{' '}
        {clock(pulse.computed_at, timezone)}, {ago(pulse.computed_at, Math.max(now, pulse.computed_at))}
      </p>
    </div>
  );
}

/** What the choice of people leaves out. */
function Others({ pulse, shown }: { pulse: Pulse; shown: ClassChoice }) {
  const others = Object.entries(pulse.filtered).filter(([, count]) => count > 0);
  const words = others.map(
    ([name, count]) => `${exact(count)} of ${(CLASS_NAMES[name as ClassChoice] ?? name).toLowerCase()}`,
  );
  return (
    <p class="others quiet">
      {words.length > 0 && `Beside them ${words.join(', ')}. `}
      {shown === 'human' ? (
        <ViewLink to={{ class: 'all' }}>Count everybody</ViewLink>
      ) : (
        <ViewLink to={{ class: 'human' }}>Count people alone</ViewLink>
      )}
    </p>
  );
}
