interface Props {
  /** Counted from 0. */
  readonly page: number;
  /** Cursor of the next page; undefined: this is the last one. */
  readonly next: string | undefined;
  /** To the page of a cursor, or one back without. */
  readonly turn: (next?: string) => void;
}

/** Turns the pages of a list whose length nobody knows. */
export function CursorPager({ page, next, turn }: Props) {
  if (page === 0 && next === undefined) return <span />;
  return (
    <span class="pager">
      <button type="button" disabled={page === 0} onClick={() => turn()} aria-label="Previous page">
        ‹
      </button>
      <span>page {page + 1}</span>
      <button type="button" disabled={next === undefined} onClick={() => turn(next)} aria-label="Next page">
        ›
      </button>
    </span>
  );
}
