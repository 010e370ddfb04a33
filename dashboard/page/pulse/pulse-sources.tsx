import { feedName } from '../feed-name.ts';
import { ago, instant } from '../times.ts';
import { useNow } from '../use-now.ts';
import { freshnessOf, type PulseSource } from './pulse.ts';

interface Props {
  readonly sources: readonly PulseSource[];
  readonly minutes: number;
  readonly timezone: string;
}

/** Who reports, how fresh each of them is, and what it means when one is not. */
export function PulseSources({ sources, minutes, timezone }: Props) {
  const now = useNow();
  return (
    <section class="card pulse-sources" aria-label="Sources">
      <header>
        <h2>Sources</h2>
      </header>
      {sources.length === 0 && (
        <p>
          Nothing reports while it happens. What does: an application that posts its events to{' '}
          <code>POST /api/events</code>, and real-time logs of CloudFront.
        </p>
      )}
      <ul>
        {sources.map((source) => (
          <Source key={source.feed} source={source} minutes={minutes} now={now} timezone={timezone} />
        ))}
      </ul>
      <p class="quiet">
        Standard logs take no part: they come up to an hour late as a rule, a day at worst. They are on the
        traffic page.
      </p>
    </section>
  );
}

interface SourceProps extends Omit<Props, 'sources'> {
  readonly source: PulseSource;
  readonly now: number;
}

function Source({ source, minutes, now, timezone }: SourceProps) {
  const { kind, word, sentence } = freshnessOf(source, minutes, now);
  return (
    <li data-feed={source.feed} data-fresh={kind}>
      <b>{feedName(source.feed)}</b> <span class={`badge badge-${BADGES[kind]}`}>{word}</span>
      <p class="quiet">
        {sentence}
        {!source.counted && ' Not in the numbers above: it tells of the same requests again.'}
      </p>
      <dl class="facts">
        <dt>Newest event</dt>
        <dd>
          <Instant at={source.newest_event} now={now} timezone={timezone} />
        </dd>
        <dt>Last delivery</dt>
        <dd>
          <Instant at={source.last_delivery} now={now} timezone={timezone} />
        </dd>
      </dl>
    </li>
  );
}

const BADGES = { fresh: 'final', quiet: 'live', stale: 'partial' } as const;

function Instant({ at, now, timezone }: { at: number | null; now: number; timezone: string }) {
  if (at === null) return <>not known</>;
  return (
    <time dateTime={new Date(at).toISOString()} title={instant(at, timezone)}>
      {ago(at, Math.max(now, at))}
    </time>
  );
}
