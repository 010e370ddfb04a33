import { useState } from 'preact/hooks';
import type { TopList as List, TrafficAnswer } from './answers.ts';
import { type Column, listedOf, pageOf } from './listed.ts';
import { exact } from './numbers.ts';
import { Pager } from './pager.tsx';
import { Problem } from './problem.tsx';
import type { ResolvedView } from './resolved-view.ts';
import { SourceLinks } from './source-links.tsx';
import { COLUMN_NAMES, TopTable } from './top-table.tsx';
import { topPath } from './traffic-path.ts';
import { useAnswer } from './use-answer.ts';

interface Props {
  readonly view: ResolvedView;
  readonly dimension: string;
  readonly title: string;
  /** Column it is sorted by at first. */
  readonly by: Column;
  readonly every: number;
  /** Hosts of the site itself, named so among referrers. */
  readonly own?: readonly string[];
}

/** A top list of the shown window: the whole list in one answer, turned page by page here. */
export function TopList(props: Props) {
  const { view, dimension, title, every } = props;
  const [by, sort] = useState(props.by);
  const path = topPath(view, dimension, by);
  const answer = useAnswer<TrafficAnswer<List>>(path, every);
  return (
    <div class="top-list" aria-busy={answer.stale} data-dimension={dimension}>
      {answer.error && <Problem error={answer.error} retry={answer.retry} kept={answer.data !== undefined} />}
      {answer.data === undefined && answer.error === undefined && <div class="skeleton table-skeleton" />}
      {answer.data && <Sorted key={path} list={answer.data.data} {...props} by={by} sort={sort} />}
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

function Sorted({ list, dimension, title, by, sort, own = [] }: SortedProps) {
  const [page, setPage] = useState(0);
  const listed = listedOf(list, dimension, by);
  const { rows, none, other } = listed;
  if (rows.length === 0 && other === undefined)
    return (
      <p class="nothing">
        {none && none[by] > 0
          ? `None in ${exact(none[by])} ${COLUMN_NAMES[by]}.`
          : `No ${COLUMN_NAMES[by]} in this window.`}
      </p>
    );
  const isLast = pageOf(rows, page + 1).length === 0;
  return (
    <>
      <TopTable
        dimension={dimension}
        title={title}
        rows={pageOf(rows, page)}
        most={rows[0]?.[by] ?? 0}
        whole={listed.whole}
        by={by}
        sort={sort}
        none={isLast ? none : undefined}
        other={isLast ? other : undefined}
        cutOff={list.cut_off}
        own={own}
      />
      <Pager page={page} total={rows.length} turn={setPage} />
    </>
  );
}
