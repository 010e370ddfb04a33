import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { download } from './request.ts';

interface Props {
  readonly path: string;
  /** Name of the saved file. */
  readonly name: string;
  readonly title: string;
  readonly children: ComponentChildren;
}

/** A link to an answer of the API, saved as a file with the key of this tab; a failure shows in its place. */
export function FileLink({ path, name, title, children }: Props) {
  const [failure, setFailure] = useState<string>();
  const save = (event: MouseEvent) => {
    event.preventDefault();
    download(path, name).then(
      () => setFailure(undefined),
      (error: Error) => setFailure(error.message),
    );
  };
  return (
    <a href={path} download={name} onClick={save} title={failure ?? title}>
      {children}
      {failure !== undefined && ' failed'}
    </a>
  );
}
