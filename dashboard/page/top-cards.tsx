import type { Summary, TopList, TrafficAnswer } from './answers.ts';
import type { Window } from './finality.tsx';
import { totalsOf } from './listed.ts';
import { MeasuresCard } from './measures-card.tsx';
import type { ResolvedView } from './resolved-view.ts';
import { Statuses } from './statuses.tsx';
import { type Tab, TopCard } from './top-card.tsx';
import { topPath } from './traffic-path.ts';
import { useAnswer } from './use-answer.ts';

/** Seconds; host names hardly change. */
const OWN_HOSTS_EVERY = 300;

const CARDS: Record<'Content' | 'Sources' | 'Places' | 'Clients' | 'Answers', readonly Tab[]> = {
  Content: [
    { dimension: 'path', title: 'Page', by: 'page_views' },
    { dimension: 'path', title: 'Path' },
    { dimension: 'content_type', title: 'Type' },
    { dimension: 'host', title: 'Host' },
    { dimension: 'token', title: 'Invitation', by: 'page_views' },
  ],
  Sources: [
    { dimension: 'referrer_domain', title: 'Referrer', by: 'page_views' },
    { dimension: 'utm_source', title: 'Source', by: 'page_views' },
    { dimension: 'utm_medium', title: 'Medium', by: 'page_views' },
    { dimension: 'utm_campaign', title: 'Campaign', by: 'page_views' },
  ],
  Places: [
    { dimension: 'country', title: 'Country' },
    { dimension: 'edge_location', title: 'Served from' },
  ],
  Clients: [
    { dimension: 'browser', title: 'Browser' },
    { dimension: 'operating_system', title: 'System' },
    { dimension: 'device', title: 'Device' },
    { dimension: 'agent', title: 'Agent', first: ['bot', 'monitor'] },
  ],
  Answers: [
    { dimension: 'status_code', title: 'Status' },
    { dimension: 'result_type', title: 'Cache' },
    { dimension: 'method', title: 'Method' },
  ],
};

interface Props {
  readonly view: ResolvedView;
  readonly summary: Summary;
  readonly window: Window;
  readonly every: number;
}

/** What was asked for, from where, with what, and how it was answered. */
export function TopCards({ view, summary, window, every }: Props) {
  const shared = { view, every, totals: totalsOf(summary) };
  const own = useOwnHosts(view);
  return (
    <div class="cards">
      <TopCard title="Content" tabs={CARDS.Content} {...shared} />
      <TopCard title="Sources" tabs={CARDS.Sources} own={own} {...shared} />
      <TopCard title="Places" tabs={CARDS.Places} {...shared} />
      <TopCard title="Clients" tabs={CARDS.Clients} {...shared} />
      <TopCard title="Answers" tabs={CARDS.Answers} {...shared}>
        <Statuses summary={summary} />
      </TopCard>
      <MeasuresCard summary={summary} window={window} />
    </div>
  );
}

// The site's own host names, by which a page that leads to the next one is told from a source.
function useOwnHosts(view: ResolvedView): readonly string[] {
  const { data } = useAnswer<TrafficAnswer<TopList>>(
    topPath({ ...view, class: 'all', filters: [] }, 'host'),
    OWN_HOSTS_EVERY,
  );
  return data?.data.entries.map((entry) => entry.value) ?? [];
}
