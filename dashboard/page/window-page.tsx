import type { Filtered, Summary, SummaryAnswer, TrafficAnswer } from './answers.ts';
import { measured } from './answers.ts';
import { ClassSwitch } from './class-switch.tsx';
import { CompareSwitch } from './compare-switch.tsx';
import { CourseCard } from './course-card.tsx';
import { FilterChips } from './filter-chips.tsx';
import { FilteredOut } from './filtered-out.tsx';
import type { Window } from './finality.tsx';
import { Headline } from './headline.tsx';
import { Problem } from './problem.tsx';
import type { ResolvedView } from './resolved-view.ts';
import { SourceLinks } from './source-links.tsx';
import { TopCards } from './top-cards.tsx';
import { summaryPath } from './traffic-path.ts';
import { useAnswer } from './use-answer.ts';
import type { ClassChoice } from './view.ts';
import { ViewLink } from './view-link.tsx';

interface Props {
  readonly view: ResolvedView;
  readonly timezone: string;
  /** The window that holds the newest event. */
  readonly newestKey: string | undefined;
}

/** Seconds between refreshes: a window that still moves is asked often, a settled one may still be restated. */
const LIVE = 10;
const SETTLED = 60;

function paceOf(data: TrafficAnswer<Summary> | undefined): number {
  return data?.finality.status === 'final' ? SETTLED : LIVE;
}

/** Everything about one window. */
export function WindowPage({ view, timezone, newestKey }: Props) {
  const path = summaryPath(view);
  const answer = useAnswer<SummaryAnswer>(path, paceOf);
  const { data } = answer;
  const every = paceOf(data);
  return (
    <div aria-busy={answer.stale}>
      <div class="class-row">
        <ClassSwitch shown={view.class} counts={data && !answer.stale ? countsOf(view.class, data) : {}} />
        <CompareSwitch view={view} />
        <SourceLinks path={path} name={`Summary ${view.key}`} csv={false} />
      </div>
      <FilterChips filters={view.filters} answer={answer.stale ? undefined : data} />
      {answer.error && <Problem error={answer.error} retry={answer.retry} kept={data !== undefined} />}
      {data && !answer.stale && isEmpty(data) && <EmptyWindow view={view} newestKey={newestKey} />}
      {data ? (
        <Headline
          summary={data.data}
          window={windowOf(data, timezone)}
          comparison={data.comparison}
          compare={view}
        />
      ) : (
        answer.error === undefined && <div class="skeleton headline-skeleton" />
      )}
      {data && <FilteredOut view={view} filtered={data.filtered} every={every} />}
      <CourseCard view={view} timezone={timezone} every={every} />
      {data && <TopCards view={view} summary={data.data} window={windowOf(data, timezone)} every={every} />}
    </div>
  );
}

function windowOf(answer: TrafficAnswer<Summary>, timezone: string): Window {
  return { finality: answer.finality, end: answer.data.window_end, timezone };
}

function EmptyWindow({ view, newestKey }: { view: ResolvedView; newestKey: string | undefined }) {
  return (
    <p class="notice">
      No data for this window.{' '}
      {newestKey !== undefined && newestKey !== view.key && (
        <ViewLink to={{ key: newestKey }}>Go to the newest event: {newestKey}</ViewLink>
      )}
    </p>
  );
}

function isEmpty(answer: TrafficAnswer<Summary>): boolean {
  return !measured(answer.data, 'total_requests') && Object.values(answer.filtered).every((count) => !count);
}

function countsOf(shown: ClassChoice, answer: TrafficAnswer<Summary>): Partial<Record<ClassChoice, number>> {
  const own = measured(answer.data, 'total_requests');
  if (own === null || shown === 'all') return own === null ? {} : { all: own };
  const others: Filtered = answer.filtered ?? {};
  const all = Object.values(others).reduce((sum, count) => sum + count, own);
  return { ...others, [shown]: own, all };
}
