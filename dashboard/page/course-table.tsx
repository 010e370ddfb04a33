import type { Point } from './answers.ts';
import { type Course, NOT_YET, pointNameOf, statusOf } from './course.ts';
import { PLOTTED, plottedTitle, type Shown, shownValue } from './measures.ts';
import { exact, short } from './numbers.ts';

/** The chart's numbers for those who read rather than look. */
export function CourseTable({ course }: { course: Course }) {
  return (
    <details class="as-table">
      <summary>The same as a table</summary>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Window</th>
              {PLOTTED.map((shown) => (
                <th scope="col" class="number" key={shown.measure}>
                  {plottedTitle(shown, course.granularity)}
                </th>
              ))}
              <th scope="col">Settled</th>
            </tr>
          </thead>
          <tbody>
            {course.points.map((point) => (
              <tr key={point.time_key} data-key={point.time_key}>
                <th scope="row">{pointNameOf(course, point)}</th>
                {PLOTTED.map((shown) => (
                  <Cell key={shown.measure} point={point} shown={shown} />
                ))}
                <td>{statusOf(point, Date.now())}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function Cell({ point, shown }: { point: Point; shown: Shown }) {
  const value = shownValue(point, shown.measure);
  return (
    <td class={value === null ? 'number quiet' : 'number'} title={exact(value, shown.unit)}>
      {value === null && point.window_start > Date.now() ? NOT_YET : short(value, shown.unit)}
    </td>
  );
}
