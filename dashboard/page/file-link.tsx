import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { download } from './request.ts';

interface Props {
  readonly path: string;
  readonly title: string;
  readonly children: ComponentChildren;
  /** What happens to the answer. @default it is saved, under the name that the API gives it */
  readonly take?: (path: string) => Promise<void>;
}

/** A link to an answer of the API, fetched with the key of this tab; a failure shows in its place. */
export function FileLink({ path, title, children, take = download }: Props) {
  const [failure, setFailure] = useState<string>();
  const follow = (event: MouseEvent) => {
    event.preventDefault();
    take(path).then(
      () => setFailure(undefined),
      (error: Error) => setFailure(error.message),
    );
  };
  return (
    <a href={path} onClick={follow} title={failure ?? title}>
      {children}
      {failure !== undefined && ' failed'}
    </a>
  );
}
