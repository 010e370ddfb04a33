import type { Summary, TrafficAnswer } from './answers.ts';
import { DefinitionsContext } from './definitions.ts';
import { FileLink } from './file-link.tsx';
import { Freshness } from './freshness.tsx';
import { KeyFileContext } from './key-file.ts';
import { Problem } from './problem.tsx';
import { PulsePage } from './pulse/pulse-page.tsx';
import { Refusals } from './refusals.tsx';
import { showInTab } from './request.ts';
import { feedsOf, type Health, hostsOf, type Status } from './status.ts';
import { TokensPage } from './tokens/tokens-page.tsx';
import { TopBar } from './top-bar.tsx';
import { TrafficPage } from './traffic-page.tsx';
import { type Answer, useAnswer } from './use-answer.ts';
import { useDefinitions } from './use-definitions.ts';
import { useView } from './view.ts';

/** The page, once somebody is signed in: what all of its parts share around the one that is shown. */
export function Page() {
  const health = useAnswer<Health>('/api/health', 10);
  const status = useAnswer<Status>('/api/sa/cloudfront/status', 10);
  // Today's summary names the site's time zone, which days, weeks and months are cut by.
  const today = useAnswer<TrafficAnswer<Summary>>('/api/sa/traffic/summary', 60);
  const { view } = useView();
  // Kinds describe the same requests twice: how fresh the page is, says the one that it shows.
  const feeds = feedsOf(status.data, view.feed ?? kindOf(today.data?.query.feed));
  const isTraffic = view.page === 'traffic';
  const timezone = today.data?.data.timezone ?? (isTraffic ? undefined : fallbackOf(today));
  const ingest = status.data?.steps?.ingest;
  const isDemo = health.data?.store === 'demo';
  return (
    <DefinitionsContext.Provider value={useDefinitions()}>
      <KeyFileContext.Provider value={status.data?.key_file}>
        <TopBar
          feeds={isTraffic ? (status.data?.feeds ?? []).map((feed) => feed.feed) : []}
          hosts={isTraffic ? hostsOf(feeds) : []}
          news={isTraffic && <Refusals ingest={ingest} />}
        >
          {isTraffic && timezone && <Freshness feeds={feeds} ingest={ingest} timezone={timezone} />}
        </TopBar>
        <main>
          {isDemo && <DemoBanner />}
          {isTraffic && <Troubles of={[status, today]} />}
          {timezone === undefined && today.error === undefined && <Waiting />}
          {timezone && isTraffic && settledOnce(status) && <TrafficPage timezone={timezone} feeds={feeds} />}
          {timezone && view.page === 'pulse' && <PulsePage timezone={timezone} />}
          {timezone && view.page === 'tokens' && <TokensPage timezone={timezone} isDemo={isDemo} />}
        </main>
        <Footer timezone={timezone} version={health.data?.version} />
      </KeyFileContext.Provider>
    </DefinitionsContext.Provider>
  );
}

function kindOf(feed: unknown): string | undefined {
  return typeof feed === 'string' ? feed.split('.')[0] : undefined;
}

// A key that may see tokens and no traffic reads its times in UTC, as the page's foot says.
function fallbackOf(today: Answer<unknown>): string | undefined {
  return today.error === undefined ? undefined : 'UTC';
}

function Troubles({ of }: { of: readonly Answer<unknown>[] }) {
  return of.map(
    (answer) =>
      answer.error && <Problem key={answer.error.message} error={answer.error} retry={answer.retry} />,
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

function DemoBanner() {
  return (
    <aside class="demo">
      <strong>Demo data.</strong> A made-up week of a file-sharing site. Copy a CloudFront log file into{' '}
      <code>.backbone/arrivals/</code> (or the folder that the start message names), or post an event to{' '}
      <code>/api/events</code>, and your own numbers take its place within seconds.
    </aside>
  );
}

function Footer({ timezone, version }: { timezone: string | undefined; version: string | undefined }) {
  return (
    <footer class="page-footer">
      <span>Days and hours in {timezone ?? '…'}</span>
      <span>From server-side facts alone: no cookies, no trackers, no addresses kept</span>
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
