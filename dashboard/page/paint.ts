/** Colours and font of a canvas, taken from the style sheet so that themes and print hold there too. */
export interface Paint {
  readonly strong: string;
  /** Over, but not final. */
  readonly open: string;
  /** Still running. */
  readonly running: string;
  readonly text: string;
  readonly line: string;
  readonly gap: string;
  readonly font: string;
}

/** Reads the colours at an element, whose own `color` is the series' colour. */
export function paint(host: HTMLElement): Paint {
  const own = getComputedStyle(host).color;
  return {
    strong: own,
    open: resolve(host, `color-mix(in srgb, ${own} 72%, transparent)`),
    running: resolve(host, `color-mix(in srgb, ${own} 38%, transparent)`),
    text: resolve(host, 'var(--ink-quiet)'),
    line: resolve(host, 'var(--line)'),
    gap: resolve(host, 'var(--gap)'),
    font: `11px ${getComputedStyle(host).fontFamily}`,
  };
}

// A canvas knows no custom properties: an element has to work the colour out.
function resolve(host: HTMLElement, colour: string): string {
  const probe = document.createElement('i');
  probe.style.color = colour;
  host.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
