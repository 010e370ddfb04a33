import { useState } from 'preact/hooks';
import type { TopList as List, TrafficAnswer } from './answers.ts';
import { type Column, pageOf, rowsOf, type Totals } from './listed.ts';
import { Pager } from './pager.tsx';
import { Problem } from './problem.tsx';
import type { ResolvedView } from './resolved-view.ts';
import { SourceLinks } from './source-links.tsx';
import { TopTable } from './top-table.tsx';
import { topPath } from './traffic-path.ts';
import { useAnswer } from './use-answer.ts';

interface Props {
  readonly view: ResolvedView;
  readonly dimension: string;
  readonly title: string;
  /** Column it is sorted by at first. */
  readonly by: Column;
  readonly totals: Totals;
  readonly every: number;
  /** Hosts of the site itself, named so among referrers. */
  readonly own?: readonly string[];
}

/** A top list of the shown window: the whole list in one answer, sorted and turned page by page here. */
export function TopList(props: Props) {
  const { view, dimension, title, every } = props;
  const path = topPath(view, dimension);
  const answer = useAnswer<TrafficAnswer<List>>(path, every);
  const [by, sort] = useState(props.by);
  return (
    <div class="top-list" aria-busy={answer.stale} data-dimension={dimension}>
      {answer.error && <Problem error={answer.error} retry={answer.retry} kept={answer.data !== undefined} />}
      {answer.data === undefined && answer.error === undefined && <div class="skeleton table-skeleton" />}
      {answer.data && <Sorted key={path + by} list={answer.data.data} {...props} by={by} sort={sort} />}
      <footer>
        <SourceLinks path={path} name={`${title} ${view.key}`} />
      </footer>
    </div>
  );
}

interface SortedProps extends Props {
  readonly list: List;
  readonly sort: (by: Column) => void;
}

function Sorted({ list, dimension, title, by, sort, totals, own = [] }: SortedProps) {
  const [page, setPage] = useState(0);
  const rows = rowsOf(list, dimension, by, totals);
  const shown = pageOf(rows, page);
  if (rows.length === 0 && !list.other?.requests) return <p class="nothing">Nothing in this window.</p>;
  const last = pageOf(rows, page + 1).length === 0;
  return (
    <>
      <TopTable
        dimension={dimension}
        title={title}
        rows={shown}
        most={rows[0]?.[by] ?? 0}
        by={by}
        sort={sort}
        totals={totals}
        other={last ? list : undefined}
        own={own}
      />
      <Pager page={page} total={rows.length} turn={setPage} />
    </>
  );
}
