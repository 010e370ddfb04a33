import type { Entry } from './answers.ts';
import { Explain } from './explain.tsx';
import { filterOf } from './filter-chips.tsx';
import type { Column, Counts } from './listed.ts';
import { labelOf } from './names.ts';
import { exact, share, short, type Unit } from './numbers.ts';
import { useView } from './view.ts';
import { ViewLink } from './view-link.tsx';

interface Props {
  readonly dimension: string;
  /** Heading of the first column. */
  readonly title: string;
  /** The rows of this page, sorted by `by`. */
  readonly rows: readonly Entry[];
  /** The highest value of the sorted column on any page: the length of a full bar. */
  readonly most: number;
  readonly by: Column;
  readonly sort: (by: Column) => void;
  /** The sorted column's sum over all rows, on whatever page, and what is below them. */
  readonly whole: number;
  /** Requests without a value, under the last page. */
  readonly none: Counts | undefined;
  /** What no page holds, under the last one. */
  readonly other: Counts | undefined;
  readonly cutOff: number;
  /** Hosts of the site itself. */
  readonly own: readonly string[];
}

const COLUMNS: readonly { readonly name: Column; readonly title: string; readonly unit: Unit }[] = [
  { name: 'page_views', title: 'Views', unit: 'count' },
  { name: 'errors', title: 'Errors', unit: 'count' },
  { name: 'bytes', title: 'Data', unit: 'bytes' },
  { name: 'requests', title: 'Requests', unit: 'count' },
];

/** What a column counts, in running text. */
export const COLUMN_NAMES: Record<Column, string> = {
  page_views: 'page views',
  errors: 'errors',
  bytes: 'bytes',
  requests: 'requests',
};

/** What shares are parts of. */
const SHARES: Record<Column, string> = {
  page_views: 'of views',
  errors: 'of errors',
  bytes: 'of data',
  requests: 'of requests',
};

/** A top list, sorted by the column whose heading was pressed, with each value's part of it as a bar. */
export function TopTable(props: Props) {
  const { rows, none, other, dimension, cutOff, by } = props;
  return (
    <table class="top">
      <Headings {...props} />
      <tbody>
        {rows.map((entry) => (
          <tr key={entry.value} data-value={entry.value}>
            <ValueCell entry={entry} {...props} />
            <Numbers counts={entry} {...props} />
          </tr>
        ))}
        {none && (
          <tr class="other" data-none="">
            <th scope="row">{labelOf(dimension, '').text}</th>
            <Numbers counts={none} {...props} />
          </tr>
        )}
        {other && (
          <tr class="other">
            <th scope="row">
              <Other cutOff={cutOff} by={by} />
            </th>
            <Numbers counts={other} {...props} />
          </tr>
        )}
      </tbody>
    </table>
  );
}

function Headings({ title, by, sort }: Props) {
  return (
    <thead>
      <tr>
        <th scope="col">{title}</th>
        {COLUMNS.map((column) => (
          <th
            scope="col"
            class={cellClass(column.name, by)}
            key={column.name}
            aria-sort={column.name === by ? 'descending' : undefined}
          >
            <button
              type="button"
              onClick={() => sort(column.name)}
              title={`Sort by ${column.title.toLowerCase()}`}
            >
              {column.title}
            </button>
          </th>
        ))}
        <th scope="col" class="number share" title={`Part of all ${COLUMN_NAMES[by]} here`}>
          {SHARES[by]}
        </th>
      </tr>
    </thead>
  );
}

function ValueCell({ dimension, entry, by, most, own }: Props & { entry: Entry }) {
  const ownSite = dimension === 'referrer_domain' && own.includes(entry.value);
  const { text, code, quiet } = ownSite
    ? { text: entry.value, code: 'this site', quiet: true }
    : labelOf(dimension, entry.value);
  return (
    <th scope="row">
      <span class="bar" style={{ width: `${most === 0 ? 0 : (entry[by] / most) * 100}%` }} />
      <span class={quiet ? 'text quiet' : 'text'} title={entry.value}>
        <Narrowing dimension={dimension} value={entry.value}>
          {text}
        </Narrowing>
        {code && <span class="code">{code}</span>}
      </span>
    </th>
  );
}

/**
 * A value's name narrows the page to it; requests without a value can't be asked for, and of more than a week no
 * raw rows are read.
 */
function Narrowing({ dimension, value, children }: { dimension: string; value: string; children: string }) {
  const { view } = useView();
  const filter = filterOf(dimension, value);
  const isShort = view.period === 'daily' || view.period === 'weekly';
  if (value === '' || !isShort || view.filters.includes(filter)) return children;
  return (
    <ViewLink class="narrowing" to={{ filters: [...view.filters, filter] }}>
      {children}
    </ViewLink>
  );
}

function Numbers({ counts, by, whole }: Props & { counts: Counts }) {
  return (
    <>
      {COLUMNS.map(({ name, unit }) => (
        <td
          class={`${cellClass(name, by)} ${counts[name] === 0 ? 'quiet' : ''}`}
          key={name}
          title={exact(counts[name], unit)}
          data-requests={name === 'requests' ? counts.requests : undefined}
        >
          {short(counts[name], unit)}
        </td>
      ))}
      <td class="number share quiet">{share(counts[by], whole)}</td>
    </>
  );
}

// A narrow table hides columns, but never the one it is sorted by.
function cellClass(column: Column, by: Column): string {
  return column === by ? 'number sorted' : `number wide-${column}`;
}

function Other({ cutOff, by }: { cutOff: number; by: Column }) {
  return (
    <Explain label="everything else">
      <p>
        Values beyond the longest list that is kept
        {by === 'requests' ? '' : `, and those without any ${COLUMN_NAMES[by]}`}, added up.
      </p>
      {cutOff > 0 && <p>No value, listed or not, had {exact(cutOff)} requests more than this list says.</p>}
    </Explain>
  );
}
