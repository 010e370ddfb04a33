import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';

interface Props {
  /** Names the browser's tab as well. */
  readonly title: string;
  /** Beside the title. */
  readonly more?: ComponentChildren;
  /** Its controls. */
  readonly children?: ComponentChildren;
}

/** The heading of a page that is not about a window of time. */
export function PageHeading({ title, more, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Backbone`;
  }, [title]);
  return (
    <div class="periods">
      <h1>
        {title} {more}
      </h1>
      <div class="controls">{children}</div>
    </div>
  );
}
