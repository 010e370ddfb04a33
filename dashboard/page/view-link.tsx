import type { ComponentChildren } from 'preact';
import { useView, type View } from './view.ts';

interface Props {
  readonly to: Partial<View>;
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly label?: string;
  /** Where the link leads is what is shown already. */
  readonly current?: boolean;
  readonly disabled?: boolean;
}

/** A link to another view: an address that can be copied or opened in a new tab, followed without a reload. */
export function ViewLink({ to, children, class: name, label, current, disabled }: Props) {
  const { go, href } = useView();
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    go(to);
  };
  return (
    <a
      class={name}
      href={disabled ? undefined : href(to)}
      aria-disabled={disabled}
      aria-current={current ? 'true' : undefined}
      aria-label={label}
      title={label}
      onClick={disabled ? undefined : follow}
    >
      {children}
    </a>
  );
}
