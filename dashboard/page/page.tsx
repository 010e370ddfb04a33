import type { Summary, TrafficAnswer } from './answers.ts';
import { DefinitionsContext } from './definitions.ts';
import { FileLink } from './file-link.tsx';
import { Freshness } from './freshness.tsx';
import { KeyFileContext } from './key-file.ts';
import { PeriodPicker } from './period-picker.tsx';
import { Problem } from './problem.tsx';
import { Refusals } from './refusals.tsx';
import { showInTab } from './request.ts';
import { resolveView } from './resolved-view.ts';
import { feedsOf, type Health, hostsOf, newestOf, type Status } from './status.ts';
import { dateIn, keyOf } from './time-keys.ts';
import { TopBar } from './top-bar.tsx';
import { type Answer, useAnswer } from './use-answer.ts';
import { useDefinitions } from './use-definitions.ts';
import { useView } from './view.ts';
import { WindowPage } from './window-page.tsx';

/** The traffic page, once somebody is signed in. */
export function Page() {
  const health = useAnswer<Health>('/api/health', 10);
  const status = useAnswer<Status>('/api/sa/cloudfront/status', 10);
  // Today's summary names the site's time zone, which days, weeks and months are cut by.
  const today = useAnswer<TrafficAnswer<Summary>>('/api/sa/traffic/summary', 60);
  const { view } = useView();
  const feeds = feedsOf(status.data, view.feed);
  const timezone = today.data?.data.timezone;
  const ingest = status.data?.steps?.ingest;
  return (
    <DefinitionsContext.Provider value={useDefinitions()}>
      <KeyFileContext.Provider value={status.data?.key_file}>
        <TopBar
          feeds={(status.data?.feeds ?? []).map((feed) => feed.feed)}
          hosts={hostsOf(feeds)}
          news={<Refusals ingest={ingest} />}
        >
          {timezone && <Freshness feeds={feeds} ingest={ingest} timezone={timezone} />}
        </TopBar>
        <main>
          {health.data?.store === 'demo' && <DemoBanner />}
          {[status, today].map(
            (answer) =>
              answer.error && (
                <Problem key={answer.error.message} error={answer.error} retry={answer.retry} />
              ),
          )}
          {timezone === undefined && today.error === undefined && <Waiting />}
          {timezone && settledOnce(status) && (
            <Windows timezone={timezone} newest={newestOf(feeds.map((feed) => feed.newest_event))} />
          )}
        </main>
        <Footer timezone={timezone} version={health.data?.version} />
      </KeyFileContext.Provider>
    </DefinitionsContext.Provider>
  );
}

// The frame of the page while it learns the site's time zone.
function Waiting() {
  return (
    <>
      <div class="periods">
        <h1 class="quiet">Loading…</h1>
      </div>
      <div class="skeleton headline-skeleton" />
    </>
  );
}

function settledOnce(answer: Answer<unknown>): boolean {
  return answer.data !== undefined || answer.error !== undefined;
}

function Windows({ timezone, newest }: { timezone: string; newest: number | undefined }) {
  const { view } = useView();
  const resolved = resolveView(view, timezone, newest, Date.now());
  const newestKey = newest === undefined ? undefined : keyOf(view.period, dateIn(timezone, newest));
  return (
    <>
      <PeriodPicker view={resolved} timezone={timezone} />
      <WindowPage view={resolved} timezone={timezone} newestKey={newestKey} />
    </>
  );
}

function DemoBanner() {
  return (
    <aside class="demo">
      <strong>Demo data.</strong> A made-up week of a file-sharing site. Copy a CloudFront log file into{' '}
      <code>.backbone/arrivals/</code> (or the folder that the start message names), and your own numbers take
      its place within seconds.
    </aside>
  );
}

function Footer({ timezone, version }: { timezone: string | undefined; version: string | undefined }) {
  return (
    <footer class="page-footer">
      <span>Days and hours in {timezone ?? '…'}</span>
      <span>From server logs alone: no cookies, no trackers, no addresses kept</span>
      <span>
        <FileLink
          path="/api/openapi.json"
          title="Every question the API answers (OpenAPI), in a new tab"
          take={showInTab}
        >
          API reference
        </FileLink>{' '}
        · Backbone {version}
      </span>
    </footer>
  );
}
