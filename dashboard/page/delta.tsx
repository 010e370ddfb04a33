import type { SummaryComparison } from './answers.ts';
import { comparedName } from './compare-switch.tsx';
import type { Shown } from './measures.ts';
import { exact, signed } from './numbers.ts';
import type { View } from './view.ts';

interface Props {
  readonly shown: Shown;
  /** The measure's name in the API. */
  readonly name: string;
  readonly comparison: SummaryComparison;
  readonly compare: View;
}

/** How much more or less it was than at the time compared with; nothing where one of the two is not known. */
export function Delta({ shown, name, comparison, compare }: Props) {
  const words = deltaOf(shown, name, comparison);
  return (
    <span
      class="delta"
      data-delta={comparison.differences[name]?.absolute ?? 'null'}
      title={words && comparedName(compare)}
    >
      {words ?? '\u00a0'}
    </span>
  );
}

/** The same in full sentences. */
export function Compared({ shown, name, comparison, compare }: Props) {
  const { other, part } = comparison;
  return (
    <p>
      {comparedName(compare)}: {exact(other.data[name], shown.unit)} ({other.finality.status}).
      {part && ' Compared is the part of the window that is over, with the same part then.'}
    </p>
  );
}

// A rate that went from 80 % to 84 % went up by 4 points: a percentage of it would mislead.
function deltaOf({ unit }: Shown, name: string, { differences }: SummaryComparison): string | undefined {
  const { absolute = null, percent = null } = differences[name] ?? {};
  if (absolute === null) return undefined;
  if (absolute === 0) return '±0';
  if (unit === 'percent') return `${signed(absolute)} points`;
  return percent === null ? signed(absolute, unit) : `${signed(percent)} %`;
}
