import type { Summary } from './answers.ts';
import { measured } from './answers.ts';
import type { Window } from './finality.tsx';
import { MeasuresCard } from './measures-card.tsx';
import type { ResolvedView } from './resolved-view.ts';
import { Statuses } from './statuses.tsx';
import { type Tab, TopCard } from './top-card.tsx';

const CARDS: Record<'Content' | 'Sources' | 'Places' | 'Clients' | 'Answers', readonly Tab[]> = {
  Content: [
    { dimension: 'path', title: 'Path' },
    { dimension: 'content_type', title: 'Type' },
    { dimension: 'host', title: 'Host' },
    { dimension: 'token', title: 'Invitation' },
  ],
  Sources: [
    { dimension: 'referrer_domain', title: 'Referrer' },
    { dimension: 'utm_source', title: 'Source' },
    { dimension: 'utm_medium', title: 'Medium' },
    { dimension: 'utm_campaign', title: 'Campaign' },
  ],
  Places: [
    { dimension: 'country', title: 'Country' },
    { dimension: 'edge_location', title: 'Served from' },
  ],
  Clients: [
    { dimension: 'browser', title: 'Browser' },
    { dimension: 'operating_system', title: 'System' },
    { dimension: 'device', title: 'Device' },
    { dimension: 'agent', title: 'Agent' },
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
  const shared = { view, every, total: measured(summary, 'total_requests') };
  return (
    <div class="cards">
      <TopCard title="Content" tabs={CARDS.Content} {...shared} />
      <TopCard title="Sources" tabs={CARDS.Sources} {...shared} />
      <TopCard title="Places" tabs={CARDS.Places} {...shared} />
      <TopCard title="Clients" tabs={CARDS.Clients} {...shared} />
      <TopCard title="Answers" tabs={CARDS.Answers} {...shared}>
        <Statuses summary={summary} />
      </TopCard>
      <MeasuresCard summary={summary} window={window} />
    </div>
  );
}
