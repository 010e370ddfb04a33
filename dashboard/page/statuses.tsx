import type { Summary } from './answers.ts';
import { exact, NOT_MEASURED, share } from './numbers.ts';

const MEANING: Record<string, string> = {
  '2xx': 'served',
  '3xx': 'redirected or unchanged',
  '4xx': 'refused or not found',
  '5xx': 'failed',
  other: 'viewer left before an answer',
};

/** Answers by their kind, as one bar and in words. */
export function Statuses({ summary }: { summary: Summary }) {
  const breakdown = summary.status_breakdown;
  if (breakdown === null || breakdown === undefined) return <p class="quiet">Statuses: {NOT_MEASURED}</p>;
  const parts = Object.keys(MEANING).map((name) => ({ name, count: breakdown[name] ?? 0 }));
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  return (
    <div class="statuses">
      <div class="status-bar" aria-hidden="true">
        {parts.map((part) => (
          <span
            key={part.name}
            class={`status-${part.name}`}
            style={{ width: `${total === 0 ? 0 : (part.count / total) * 100}%` }}
          />
        ))}
      </div>
      <ul>
        {parts.map((part) => (
          <li key={part.name} data-status={part.name} data-value={part.count}>
            <i class={`swatch status-${part.name}`} />
            <b>{part.name}</b> {exact(part.count)}{' '}
            <span class="quiet">{part.count > 0 && share(part.count, total)}</span>
            <span class="unseen"> {MEANING[part.name]}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
