import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface Props {
  /** What is always visible. */
  readonly label: ComponentChildren;
  /** The explanation. */
  readonly children: ComponentChildren;
  readonly class?: string;
}

/** A label that explains itself on hover, on focus and on tap; Escape or a tap elsewhere closes it. */
export function Explain({ label, children, class: name = '' }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const hide = () => setOpen(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hovering is one of three ways, the button has the others
    <span class={`explain ${name}`} onMouseEnter={() => setOpen(true)} onMouseLeave={hide}>
      <button
        type="button"
        aria-describedby={open ? id : undefined}
        aria-expanded={open}
        onFocus={() => setOpen(true)}
        onBlur={hide}
        onClick={() => setOpen(true)}
        onKeyDown={(event) => event.key === 'Escape' && hide()}
      >
        {label}
      </button>
      {open && <Bubble id={id}>{children}</Bubble>}
    </span>
  );
}

function Bubble({ id, children }: { id: string; children: ComponentChildren }) {
  const bubble = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const follow = () => bubble.current?.parentElement && place(bubble.current, bubble.current.parentElement);
    follow();
    addEventListener('scroll', follow, { capture: true, passive: true });
    return () => removeEventListener('scroll', follow, { capture: true });
  }, []);
  return (
    <div class="bubble" role="tooltip" id={id} ref={bubble}>
      {children}
    </div>
  );
}

// Fixed to the viewport and kept inside it, so that no card cuts it off and nothing scrolls sideways.
function place(bubble: HTMLElement, anchor: Element): void {
  const from = anchor.getBoundingClientRect();
  const { width, height } = bubble.getBoundingClientRect();
  const left = Math.max(8, Math.min(from.left, document.documentElement.clientWidth - width - 8));
  const below = from.bottom + 6 + height <= innerHeight || from.top < height + 6;
  const top = below ? from.bottom + 6 : from.top - height - 6;
  move(bubble, left, top);
  // A size container around it may be what "fixed" refers to: whatever that shifted is taken back.
  const found = bubble.getBoundingClientRect();
  move(bubble, 2 * left - found.left, 2 * top - found.top);
}

function move(bubble: HTMLElement, left: number, top: number): void {
  bubble.style.left = `${left}px`;
  bubble.style.top = `${top}px`;
}
