import { exact, short } from './numbers.ts';
import { CLASSES, type ClassChoice } from './view.ts';
import { ViewLink } from './view-link.tsx';

/** Plural names of the classes of requests. */
export const CLASS_NAMES: Record<ClassChoice, string> = {
  human: 'Humans',
  bot: 'Bots',
  probe: 'Probes',
  monitor: 'Monitors',
  all: 'All',
};

interface Props {
  readonly shown: ClassChoice;
  /** Requests by class; undefined while unknown. */
  readonly counts: Partial<Record<ClassChoice, number>>;
}

/** Whose requests the page counts. */
export function ClassSwitch({ shown, counts }: Props) {
  return (
    <nav class="classes" aria-label="Whose requests">
      {CLASSES.map((name) => (
        <ViewLink key={name} to={{ class: name }} current={name === shown}>
          {CLASS_NAMES[name]}
          <Count of={counts[name]} />
        </ViewLink>
      ))}
    </nav>
  );
}

function Count({ of }: { of: number | undefined }) {
  if (of === undefined) return null;
  return (
    <span class="count" data-count={of} title={`${exact(of)} requests`}>
      {short(of)}
    </span>
  );
}
