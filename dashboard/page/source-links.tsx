import { useState } from 'preact/hooks';
import { FileLink } from './file-link.tsx';
import { asCsv } from './traffic-path.ts';

interface Props {
  /** The API question behind a chart or table. */
  readonly path: string;
  /** What the file and the links are about. */
  readonly name: string;
  readonly csv?: boolean;
}

/** Where a chart or table comes from: its CSV file and its API question, ready for a shell. */
export function SourceLinks({ path, name, csv = true }: Props) {
  return (
    <span class="sources">
      {csv && (
        <FileLink
          path={asCsv(path)}
          name={`${name.toLowerCase().replaceAll(' ', '-')}.csv`}
          title={`${name} as CSV`}
        >
          CSV
        </FileLink>
      )}
      <CopyQuestion path={path} name={name} />
    </span>
  );
}

function CopyQuestion({ path, name }: Props) {
  const [told, setTold] = useState('API');
  const copy = (event: MouseEvent) => {
    event.preventDefault();
    const command = `curl -H "x-api-key: $BACKBONE_ADMIN_KEY" '${location.origin}${path}'`;
    navigator.clipboard.writeText(command).then(
      () => setTold('copied'),
      () => setTold('not copied'),
    );
    setTimeout(() => setTold('API'), 2000);
  };
  return (
    <a
      class="api"
      href={path}
      onClick={copy}
      title={`Copy the API question of ${name} as a curl command: GET ${path}`}
    >
      <span aria-live="polite">{told}</span>
    </a>
  );
}
