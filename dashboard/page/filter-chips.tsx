import type { TrafficAnswer } from './answers.ts';
import { labelOf } from './names.ts';
import { ViewLink } from './view-link.tsx';

interface Props {
  readonly filters: readonly string[];
  /** The answer to the question as it is filtered now. */
  readonly answer: Pick<TrafficAnswer<unknown>, 'source' | 'expired'> | undefined;
}

/** What the page is narrowed to, and the way back. Nothing where everything counts. */
export function FilterChips({ filters, answer }: Props) {
  if (filters.length === 0) return null;
  return (
    <div class="filters">
      <ul aria-label="Filters">
        {filters.map((filter) => (
          <li key={filter} data-filter={filter}>
            {wordsOf(filter)}
            <ViewLink
              to={{ filters: filters.filter((other) => other !== filter) }}
              label={`Remove ${filter}`}
            >
              ×
            </ViewLink>
          </li>
        ))}
      </ul>
      {filters.length > 1 && <ViewLink to={{ filters: [] }}>Clear all</ViewLink>}
      {answer?.source === 'rows' && <p class="quiet">Counted from raw rows: visitors are not in them.</p>}
      {answer?.expired && answer.expired.length > 0 && (
        <p class="missing">Raw rows have expired, so these numbers lack them: {answer.expired.join(', ')}.</p>
      )}
    </div>
  );
}

/** The filter that a row of a top list stands for. */
export function filterOf(dimension: string, value: string): string {
  return `${dimension}:${value}`;
}

function wordsOf(filter: string): string {
  const colon = filter.indexOf(':');
  const [dimension, value] = [filter.slice(0, colon), filter.slice(colon + 1)];
  const { text } = labelOf(dimension, value);
  return `${dimension.replaceAll('_', ' ')}: ${text}`;
}
