import { ROWS } from './listed.ts';
import { exact } from './numbers.ts';

interface Props {
  /** Counted from 0. */
  readonly page: number;
  /** Rows on all pages. */
  readonly total: number;
  readonly turn: (page: number) => void;
}

/** Turns the pages of a list that has several. */
export function Pager({ page, total, turn }: Props) {
  const first = page * ROWS + 1;
  const last = Math.min(total, (page + 1) * ROWS);
  if (total <= ROWS) return null;
  return (
    <span class="pager">
      <button type="button" disabled={page === 0} onClick={() => turn(page - 1)} aria-label="Previous page">
        ‹
      </button>
      <span>
        {first}–{last} of {exact(total)}
      </span>
      <button type="button" disabled={last === total} onClick={() => turn(page + 1)} aria-label="Next page">
        ›
      </button>
    </span>
  );
}
