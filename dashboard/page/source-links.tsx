import { useContext, useState } from 'preact/hooks';
import { curlCommand, YOUR_KEY } from './curl-command.ts';
import { FileLink } from './file-link.tsx';
import { KeyFileContext } from './key-file.ts';
import { asCsv } from './traffic-path.ts';

interface Props {
  /** The API question behind a chart or table. */
  readonly path: string;
  /** What the links are about. */
  readonly name: string;
  readonly csv?: boolean;
}

/** Where a chart or table comes from: its CSV file and its API question, ready for a shell. */
export function SourceLinks({ path, name, csv = true }: Props) {
  return (
    <span class="sources">
      {csv && (
        <FileLink path={asCsv(path)} title={`${name} as CSV`}>
          CSV
        </FileLink>
      )}
      <CopyQuestion path={path} name={name} />
    </span>
  );
}

function CopyQuestion({ path, name }: Props) {
  const keyFile = useContext(KeyFileContext);
  const [told, setTold] = useState('API');
  const done = keyFile === undefined ? `copied; put your key for ${YOUR_KEY}` : 'copied';
  const copy = (event: MouseEvent) => {
    event.preventDefault();
    navigator.clipboard.writeText(curlCommand(location.origin + path, keyFile)).then(
      () => setTold(done),
      () => setTold('not copied'),
    );
    setTimeout(() => setTold('API'), keyFile === undefined ? 6000 : 2000);
  };
  return (
    <a class="api" href={path} onClick={copy} title={`Copy ${name} as a curl command: GET ${path}`}>
      <span aria-live="polite">{told}</span>
    </a>
  );
}
