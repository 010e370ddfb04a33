import { tmpdir } from 'node:os';
import { type IngestAnswer, type IngestOptions, ingestSource } from '../../lambdas/ingest/ingest.ts';
import { fileSource } from '../files/file-source.ts';
import { findFiles } from '../files/find-files.ts';
import { BadUsage, COMMAND, type Command, type Given } from './command.ts';
import { completeCoverage, completionOf } from './completion.ts';
import { fieldsOf, kindOf } from './log-fields.ts';
import { createProgress } from './progress.ts';
import { openSession, type Session, STORE_OPTION } from './session.ts';
import { addAnswer, emptyTally, type Tally, tallyJson, tallyText } from './tally.ts';

export const importCommand: Command = {
  name: 'import',
  summary: 'Reads CloudFront log files into the store. Files are never changed, and never counted twice.',
  takes: '<file|folder|glob>...',
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
    json: { type: 'boolean', meaning: 'one line of JSON instead of the summary' },
  },
  examples: [
    'import logs/',
    "import 'logs/2026-02-*.gz' --distribution E2EXAMPLE --complete",
    'import realtime/ --feed realtime --fields timestamp,c-ip,sc-status,cs-host,cs-uri-stem',
  ],
  run: runImport,
};

async function runImport(given: Given): Promise<number> {
  const completion = completionOf(given);
  const otherContent = otherContentOf(given);
  const reading = { kind: kindOf(given), distribution: distributionOf(given), fields: fieldsOf(given) };
  if (given.positionals.length === 0) throw new BadUsage('import: name at least one file, folder or pattern');
  const files = await findFiles(given.positionals);
  const session = await openSession(given.text('store'));
  try {
    const tally = emptyTally();
    await importFiles(session, files, { given, reading, otherContent, tally });
    await completeCoverage(session, completion, tally);
    print(given, session, tally);
    return tally.refused === 0 ? 0 : 2;
  } finally {
    await session.close();
  }
}

interface ImportPlan {
  readonly given: Given;
  /** How the files are to be read, as far as they do not say it. */
  readonly reading: Pick<IngestOptions, 'kind' | 'distribution' | 'fields'>;
  readonly otherContent: 'refuse' | 'replace' | 'add';
  readonly tally: Tally;
}

async function importFiles(session: Session, files: readonly string[], plan: ImportPlan): Promise<void> {
  const { given, tally } = plan;
  const sources = [];
  for (const file of files) sources.push(await fileSource(file));
  const total = sources.reduce((sum, source) => sum + (source?.size ?? 0), 0);
  const progress = createProgress(files.length, total, process.stderr.isTTY && !given.flag('json'));
  for (const [index, source] of sources.entries()) {
    const answer = source && (await ingest(session, source, plan));
    const counted =
      answer === undefined || answer.outcome === 'gone' ? vanished(files[index] as string) : answer;
    addAnswer(tally, counted);
    progress.step(counted.records_parsed, source?.size ?? 0);
  }
  progress.note('summing windows and roll-ups …');
  await session.carryThrough();
  progress.end();
}

function ingest(
  session: Session,
  source: NonNullable<Awaited<ReturnType<typeof fileSource>>>,
  { reading, otherContent }: ImportPlan,
): Promise<IngestAnswer> {
  const options = { ...session.ingestOptions, ...reading, temporaryFolder: tmpdir(), otherContent };
  return ingestSource(session.pipeline, options, source);
}

function vanished(file: string): IngestAnswer {
  return {
    log_file_key: `file:${file}`,
    outcome: 'refused',
    records_parsed: 0,
    records_stored: 0,
    quarantined: 0,
    excluded: 0,
    visitors_unmeasured: 0,
    windows: [],
    bytes: 0,
    errors: ['the file is gone'],
    warnings: [],
  };
}

function otherContentOf(given: Given): ImportPlan['otherContent'] {
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
