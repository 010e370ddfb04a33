import { useMemo } from 'preact/hooks';
import type { SeriesAnswer } from './answers.ts';
import { Chart } from './chart.tsx';
import type { Course } from './course.ts';
import { CourseTable } from './course-table.tsx';
import { PlottedSwitch } from './plotted-switch.tsx';
import { Problem } from './problem.tsx';
import { granularitiesOf, granularityOf, type ResolvedView } from './resolved-view.ts';
import { SourceLinks } from './source-links.tsx';
import { seriesPath } from './traffic-path.ts';
import { useAnswer } from './use-answer.ts';
import { ViewLink } from './view-link.tsx';

interface Props {
  readonly view: ResolvedView;
  readonly timezone: string;
  /** Seconds between refreshes. */
  readonly every: number;
}

const NAMES: Record<string, string> = {
  '30min': 'Half-hours',
  hourly: 'Hours',
  daily: 'Days',
  weekly: 'Weeks',
  monthly: 'Months',
};

/** The course of a window: the chart, the same as a table, and where it comes from. */
export function CourseCard({ view, timezone, every }: Props) {
  const granularity = granularityOf(view);
  const path = seriesPath(view, granularity);
  const answer = useAnswer<SeriesAnswer>(path, every);
  const course = useMemo(() => answer.data && courseOf(answer.data, timezone), [answer.data, timezone]);
  return (
    <section class="card course" aria-label="Over time" aria-busy={answer.stale}>
      <header>
        <PlottedSwitch granularity={granularity} />
        <nav class="segments small" aria-label="Granularity">
          {granularitiesOf(view).map((name) => (
            <ViewLink key={name} to={{ by: name }} current={name === granularity}>
              {NAMES[name] ?? name}
            </ViewLink>
          ))}
        </nav>
        <SourceLinks path={path} name={`Course ${view.key}`} />
      </header>
      {answer.error && <Problem error={answer.error} retry={answer.retry} kept={course !== undefined} />}
      {course && <Chart course={course} />}
      {!course && answer.error === undefined && <div class="skeleton chart-skeleton" />}
      {course && <CourseTable course={course} />}
    </section>
  );
}

// The granularity is the answer's own: while another one is on its way, the old points keep their old names.
function courseOf(answer: SeriesAnswer, timezone: string): Course {
  const others = answer.comparison?.other.points;
  return { points: answer.data.points, others, granularity: String(answer.query.granularity), timezone };
}
