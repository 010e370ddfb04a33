import type { Summary, SummaryAnswer, TopList, TrafficAnswer } from './answers.ts';
import { measured } from './answers.ts';
import { ClassSwitch } from './class-switch.tsx';
import { CompareSwitch } from './compare-switch.tsx';
import { CourseCard } from './course-card.tsx';
import { FilterChips } from './filter-chips.tsx';
import { FilteredOut } from './filtered-out.tsx';
import { restatedWords, type Window } from './finality.tsx';
import { Headline } from './headline.tsx';
import { Problem } from './problem.tsx';
import type { ResolvedView } from './resolved-view.ts';
import { SourceLinks } from './source-links.tsx';
import { TopCards } from './top-cards.tsx';
import { summaryPath, topPath } from './traffic-path.ts';
import { type Answer, useAnswer } from './use-answer.ts';
import { CLASSES, type ClassChoice } from './view.ts';
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
  const classes = useAnswer<TrafficAnswer<TopList>>(topPath({ ...view, class: 'all' }, 'class'), every);
  return (
    <div aria-busy={answer.stale}>
      <div class="class-row">
        <ClassSwitch shown={view.class} counts={countsOf(classes)} />
        <CompareSwitch view={view} />
        <SourceLinks path={path} name={`Summary ${view.key}`} csv={false} />
      </div>
      <FilterChips filters={view.filters} answer={answer.stale ? undefined : data} />
      {answer.error && <Problem error={answer.error} retry={answer.retry} kept={data !== undefined} />}
      {data && !answer.stale && isEmpty(data) && (
        <EmptyWindow view={view} newestKey={newestKey} answer={data} timezone={timezone} />
      )}
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

interface EmptyProps {
  readonly view: ResolvedView;
  readonly newestKey: string | undefined;
  readonly answer: TrafficAnswer<Summary>;
  readonly timezone: string;
}

function EmptyWindow({ view, newestKey, answer, timezone }: EmptyProps) {
  return (
    <p class="notice">
      {whyEmpty(view, answer, timezone)}{' '}
      {newestKey !== undefined && newestKey !== view.key && (
        <ViewLink to={{ key: newestKey }}>Go to the newest event: {newestKey}</ViewLink>
      )}
    </p>
  );
}

function whyEmpty(view: ResolvedView, { finality, data }: TrafficAnswer<Summary>, timezone: string): string {
  if (view.filters.length > 0) return 'Nothing in this window matches the filters.';
  if (finality.restated !== null)
    return `Nothing is left of this window. Restated ${restatedWords(finality.restated, timezone)}.`;
  // Only final numbers have revisions; of others that are zero, what they were made of is known to be gone.
  if (measured(data, 'total_requests') === 0 && finality.source_count > 0)
    return 'Nothing is left of this window: what was counted was removed again, or the settings exclude it.';
  return 'No data for this window.';
}

function isEmpty(answer: TrafficAnswer<Summary>): boolean {
  return !measured(answer.data, 'total_requests') && Object.values(answer.filtered).every((count) => !count);
}

// A list of its own, so that the counts stay while the class changes, and of all classes together there are some too.
function countsOf({ data, stale }: Answer<TrafficAnswer<TopList>>): Partial<Record<ClassChoice, number>> {
  if (data === undefined || stale || data.data.none === null) return {};
  const requests = (name: string) => data.data.entries.find(({ value }) => value === name)?.requests ?? 0;
  const own = CLASSES.filter((name) => name !== 'all').map((name) => [name, requests(name)] as const);
  return { ...Object.fromEntries(own), all: own.reduce((sum, [, count]) => sum + count, 0) };
}
