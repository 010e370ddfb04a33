import { fileSource } from '../files/file-source.ts';
import { findFiles } from '../files/find-files.ts';
import { createBuckets, findOnS3, isOnS3 } from '../files/s3-files.ts';
import { type FoundFile, importFiles, MOST_WORKERS } from '../import/import-files.ts';
import type { ReadAs } from '../import/read-file.ts';
import { BadUsage, COMMAND, type Command, type Given } from './command.ts';
import { completeCoverage, completionOf } from './completion.ts';
import { beginImportAudit } from './import-audit.ts';
import { fieldsOf, kindOf } from './log-fields.ts';
import { createProgress } from './progress.ts';
import { openSession, type Session, STORE_OPTION, storeUrl } from './session.ts';
import { addAnswer, emptyTally, type Tally, tallyJson, tallyText } from './tally.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'Reads CloudFront log files into the store. Files are never changed, and never counted twice.',
  takes: '<file|folder|glob|s3://bucket/prefix>...',
  options: {
    ...STORE_OPTION,
    feed: {
      type: 'string',
      value: 'kind',
      meaning: 'standard or realtime logs (default: what their fields say)',
    },
    fields: {
      type: 'string',
      value: 'a,b,c',
      meaning: 'columns of lines without a header, in the order of delivery (real-time logs, raw)',
    },
    distribution: {
      type: 'string',
      value: 'id',
      meaning: 'distribution, where the files do not tell (default: local)',
    },
    replace: {
      type: 'boolean',
      meaning: 'a path with other content than before: remove what was there first',
    },
    add: { type: 'boolean', meaning: 'a path with other content than before: count both' },
    complete: {
      type: 'boolean',
      meaning: 'these files are all there is for the time they touch: make it final',
    },
    'complete-from': { type: 'string', value: 'instant', meaning: 'everything from this instant …' },
    'complete-through': { type: 'string', value: 'instant', meaning: '… up to this one has been delivered' },
    workers: {
      type: 'string',
      value: 'n',
      meaning:
        'threads that read files, 1 to 8, some 150 MB each (default: one a core, one for small imports)',
    },
    json: { type: 'boolean', meaning: 'one line of JSON instead of the summary' },
  },
  examples: [
    'import logs/',
    "import 'logs/2026-02-*.gz' --distribution E2EXAMPLE --complete",
    "import 's3://old-logs/cf/E2EXAMPLE.2026-*' --store 's3://backbone-data?observability=backbone-observability'",
    'import realtime/ --feed realtime --fields timestamp,c-ip,sc-status,cs-host,cs-uri-stem',
  ],
  run: runImport,
};

async function runImport(given: Given): Promise<number> {
  const completion = completionOf(given);
  const asked = { readAs: readAsOf(given), workers: workersOf(given) };
  if (given.positionals.length === 0) throw new BadUsage('import: name at least one file, folder or pattern');
  const files = await foundFiles(given.positionals);
  const session = await openSession(given.text('store'));
  try {
    const audit = await beginImportAudit(session, given, files.length);
    const tally = await readFiles(session, files, { ...asked, given });
    await completeCoverage(session, completion, tally);
    await audit?.done({ ingested: tally.ingested, replaced: tally.replaced });
    print(given, session, tally);
    return tally.refused === 0 ? 0 : 2;
  } finally {
    await session.close();
  }
}

/** Files in the order of their names, those of them that are gone by now without a size; then what is on S3. */
async function foundFiles(words: readonly string[]): Promise<FoundFile[]> {
  const paths = words.filter((word) => !isOnS3(word));
  const files: FoundFile[] = [];
  for (const path of await findFiles(paths))
    files.push({ location: `file:${path}`, size: (await fileSource(path))?.size ?? 0 });
  const objects = new Map<string, FoundFile>();
  const buckets = createBuckets();
  for (const word of words.filter(isOnS3))
    for (const object of await findOnS3(word, buckets)) objects.set(object.location, object);
  return [...files, ...objects.values()];
}

interface ImportPlan {
  readonly given: Given;
  readonly readAs: ReadAs;
  readonly workers: number | undefined;
}

async function readFiles(
  session: Session,
  files: readonly FoundFile[],
  { given, readAs, workers }: ImportPlan,
): Promise<Tally> {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const progress = createProgress(files.length, total, process.stderr.isTTY && !given.flag('json'));
  const tally = emptyTally();
  await importFiles(session, files, {
    store: storeUrl(given.text('store')),
    readAs,
    workers,
    onFile({ size }, answer) {
      addAnswer(tally, answer);
      progress.step(answer.records_parsed, size);
    },
    onSumming: () => progress.note('summing windows and roll-ups …'),
  });
  progress.end();
  return tally;
}

function readAsOf(given: Given): ReadAs {
  return {
    kind: kindOf(given),
    fields: fieldsOf(given),
    distribution: distributionOf(given),
    otherContent: otherContentOf(given),
  };
}

function workersOf(given: Given): number | undefined {
  const text = given.text('workers');
  if (text === undefined) return undefined;
  const workers = Number(text);
  if (/^[1-9]$/.test(text) && workers <= MOST_WORKERS) return workers;
  throw new BadUsage(`import: --workers is "${text}"; accepted: 1 to ${MOST_WORKERS}`);
}

function otherContentOf(given: Given): ReadAs['otherContent'] {
  if (given.flag('replace') && given.flag('add'))
    throw new BadUsage('import: --replace and --add exclude each other');
  return given.flag('replace') ? 'replace' : given.flag('add') ? 'add' : 'refuse';
}

function distributionOf(given: Given): string | undefined {
  const distribution = given.text('distribution');
  if (distribution === undefined || /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/.test(distribution))
    return distribution;
  throw new BadUsage(`import: --distribution is "${distribution}"; accepted: 1 to 64 of A-Z a-z 0-9 . _ -`);
}

function print(given: Given, session: Session, tally: Tally): void {
  if (given.flag('json')) process.stdout.write(`${tallyJson(tally)}\n`);
  else process.stdout.write(`${tallyText(tally)}${nextCommand(given, session, tally)}`);
}

function nextCommand(given: Given, session: Session, tally: Tally): string {
  const day =
    tally.newestWindow === undefined ? '' : ` daily ${session.pipeline.calendar.dayOf(tally.newestWindow)}`;
  const url = given.text('store');
  const store = url === undefined ? '' : ` --store ${shellWord(url)}`;
  return `\nSee it:  ${COMMAND} report${day}${store}\n     or  ${COMMAND} start${store}\n`;
}

/** As a shell takes it for one word. */
function shellWord(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
