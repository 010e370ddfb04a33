import { Explain } from './explain.tsx';
import { exact } from './numbers.ts';
import { reasonOf } from './refusals.tsx';
import { type FeedStatus, newestOf, type StepStatus } from './status.ts';
import { ago, instant } from './times.ts';

interface Props {
  readonly feeds: readonly FeedStatus[];
  /** The step that takes log objects in. */
  readonly ingest: StepStatus | undefined;
  readonly timezone: string;
}

/** How fresh the data is: newest event, last delivery, and through when it is complete. */
export function Freshness({ feeds, ingest, timezone }: Props) {
  const newest = newestOf(feeds.map((feed) => feed.newest_event));
  if (newest === undefined) return null;
  const label = (
    <>
      <span class="long">newest event </span>
      <time dateTime={new Date(newest).toISOString()}>{ago(newest, Date.now())}</time>
    </>
  );
  return (
    <Explain label={label} class="freshness">
      <dl class="facts">
        <Fact name="Newest event" at={newest} timezone={timezone} />
        <Fact
          name="Last delivery"
          at={newestOf(feeds.map((feed) => feed.last_delivery))}
          timezone={timezone}
        />
        <Fact
          name="Complete through"
          at={newestOf(feeds.flatMap((feed) => feed.coverage.map((interval) => interval.end)))}
          timezone={timezone}
        />
        {ingest && <Intake ingest={ingest} />}
      </dl>
      <p>
        Standard logs arrive within an hour as a rule, within 24 hours at worst. Silence closes no window.
      </p>
    </Explain>
  );
}

function Intake({ ingest }: { ingest: StepStatus }) {
  return (
    <>
      <dt>Log files</dt>
      <dd>
        {exact(ingest.waiting ?? 0)} waiting, {exact(ingest.refused)} refused
      </dd>
      <dt>Unreadable lines</dt>
      <dd>{exact(ingest.quarantined)}</dd>
      {ingest.last_error && (
        <>
          <dt>Last error</dt>
          <dd>
            {ago(ingest.last_error.at, Date.now())}: {reasonOf(ingest.last_error.message)}
          </dd>
        </>
      )}
    </>
  );
}

function Fact({ name, at, timezone }: { name: string; at: number | undefined; timezone: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{at === undefined ? 'not known' : `${instant(at, timezone)} (${ago(at, Date.now())})`}</dd>
    </>
  );
}
