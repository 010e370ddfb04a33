import { useEffect, useState } from 'preact/hooks';
import type { TopList as List, TrafficAnswer } from './answers.ts';
import { exact } from './numbers.ts';
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
  readonly total: number | null;
  readonly every: number;
}

const ROWS = 10;

/** A top list of the shown window, page by page. */
export function TopList({ view, dimension, title, total, every }: Props) {
  const first = topPath(view, dimension, ROWS);
  const { cursors, turn } = usePages(first);
  const answer = useAnswer<TrafficAnswer<List>>(topPath(view, dimension, ROWS, cursors.at(-1)), every);
  const next = answer.data?.next_cursor ?? undefined;
  return (
    <div class="top-list" aria-busy={answer.stale} data-dimension={dimension}>
      {answer.error && <Problem error={answer.error} retry={answer.retry} kept={answer.data !== undefined} />}
      {answer.data ? (
        <Body
          list={answer.data.data}
          dimension={dimension}
          title={title}
          total={total}
          lastPage={next === undefined}
        />
      ) : (
        <div class="skeleton table-skeleton" />
      )}
      <footer>
        <Pager page={cursors.length} total={answer.data?.data.total ?? 0} next={next} turn={turn} />
        <SourceLinks path={first} name={`${title} ${view.key}`} />
      </footer>
    </div>
  );
}

function Body(props: Parameters<typeof TopTable>[0]) {
  if (props.list.entries.length === 0 && !props.list.other?.requests)
    return <p class="nothing">Nothing in this window.</p>;
  return <TopTable {...props} />;
}

// The cursors of the pages turned so far; another question starts at the first page.
function usePages(question: string) {
  const [pages, setPages] = useState({ question, cursors: [] as readonly string[] });
  const cursors = pages.question === question ? pages.cursors : [];
  useEffect(() => setPages({ question, cursors: [] }), [question]);
  const turn = (next: string | undefined) =>
    setPages({ question, cursors: next === undefined ? cursors.slice(0, -1) : [...cursors, next] });
  return { cursors, turn };
}

interface PagerProps {
  readonly page: number;
  /** Entries on all pages. */
  readonly total: number;
  readonly next: string | undefined;
  readonly turn: (next: string | undefined) => void;
}

function Pager({ page, total, next, turn }: PagerProps) {
  if (page === 0 && next === undefined) return <span />;
  return (
    <span class="pager">
      <button type="button" disabled={page === 0} onClick={() => turn(undefined)} aria-label="Previous page">
        ‹
      </button>
      <span>
        {page * ROWS + 1}–{Math.min(total, (page + 1) * ROWS)} of {exact(total)}
      </span>
      <button type="button" disabled={next === undefined} onClick={() => turn(next)} aria-label="Next page">
        ›
      </button>
    </span>
  );
}
