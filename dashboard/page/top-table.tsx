import type { Entry, TopList } from './answers.ts';
import { Explain } from './explain.tsx';
import { labelOf } from './names.ts';
import { exact, share, short, type Unit } from './numbers.ts';

interface Props {
  readonly dimension: string;
  /** Heading of the first column. */
  readonly title: string;
  readonly list: TopList;
  /** Requests of the whole window, for the shares; null: not known. */
  readonly total: number | null;
  readonly lastPage: boolean;
}

type Counts = Omit<Entry, 'value'>;

const COLUMNS: readonly { readonly name: keyof Counts; readonly title: string; readonly unit: Unit }[] = [
  { name: 'page_views', title: 'Views', unit: 'count' },
  { name: 'errors', title: 'Errors', unit: 'count' },
  { name: 'bytes', title: 'Data', unit: 'bytes' },
];

/** A top list, with each value's share of all requests as a bar behind it. */
export function TopTable({ dimension, title, list, total, lastPage }: Props) {
  const most = Math.max(1, ...list.entries.map((entry) => entry.requests));
  return (
    <table class="top">
      <thead>
        <tr>
          <th scope="col">{title}</th>
          {COLUMNS.map((column) => (
            <th scope="col" class={`number wide-${column.name}`} key={column.name}>
              {column.title}
            </th>
          ))}
          <th scope="col" class="number">
            Requests
          </th>
          <th scope="col" class="number">
            Share
          </th>
        </tr>
      </thead>
      <tbody>
        {list.entries.map((entry) => (
          <tr key={entry.value} data-value={entry.value}>
            <ValueCell dimension={dimension} entry={entry} most={most} />
            <Numbers counts={entry} total={total} />
          </tr>
        ))}
        {lastPage && list.other && list.other.requests > 0 && (
          <tr class="other">
            <th scope="row">
              <Other cutOff={list.cut_off} />
            </th>
            <Numbers counts={list.other} total={total} />
          </tr>
        )}
      </tbody>
    </table>
  );
}

function ValueCell({ dimension, entry, most }: { dimension: string; entry: Entry; most: number }) {
  const { text, code, quiet } = labelOf(dimension, entry.value);
  return (
    <th scope="row">
      <span class="bar" style={{ width: `${(entry.requests / most) * 100}%` }} />
      <span class={quiet ? 'text quiet' : 'text'} title={entry.value}>
        {text}
        {code && <span class="code">{code}</span>}
      </span>
    </th>
  );
}

function Numbers({ counts, total }: { counts: Counts; total: number | null }) {
  return (
    <>
      {COLUMNS.map((column) => (
        <td
          class={`number wide-${column.name}`}
          key={column.name}
          title={exact(counts[column.name], column.unit)}
        >
          {short(counts[column.name], column.unit)}
        </td>
      ))}
      <td class="number" title={exact(counts.requests)} data-requests={counts.requests}>
        {short(counts.requests)}
      </td>
      <td class="number quiet">{share(counts.requests, total ?? 0)}</td>
    </>
  );
}

function Other({ cutOff }: { cutOff: number }) {
  return (
    <Explain label="everything else">
      <p>Values beyond the longest list that is kept, added up.</p>
      {cutOff > 0 && <p>No value, listed or not, had {exact(cutOff)} requests more than this list says.</p>}
    </Explain>
  );
}
