import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import type { Source } from '@sgraph-backbone/layer/ledger';
import { ingestSource } from '../../lambdas/ingest/ingest.ts';
import { fileSource } from '../../local/files/file-source.ts';
import { backbone, type Ended, type ImportLine, importLine } from './command.ts';
import { temporaryFolder } from './folder.ts';
import { type Importing, openImporting, problemsOf, totalRequests } from './importing.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const HOUR = Date.parse('2026-02-16T14:00:00Z');
// With a country, so that no table of addresses has to be read.
const HEADER = '#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem sc-status c-country\n';
const LINE = '2026-02-16\t14:30:05\t192.0.2.1\tGET\t/\t200\tPT\n';
// Runs in the process that is measured, and tells its largest resident size when it ends.
const TELL_MEMORY =
  "process.on('exit',()=>process.stderr.write('rss '+process.resourceUsage().maxRSS+'\\n'))";
const LIMITED = [
  '--max-old-space-size=96',
  '--import',
  `data:text/javascript,${encodeURIComponent(TELL_MEMORY)}`,
];

/** A folder of files by name. */
function filesIn(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
}

const goodLog = (seed: number) => logFile(linesBetween(20, HOUR, HOUR + 3_600_000, seed));

/** Imports by a process of its own; answers its line, exit code, requests counted and largest memory. */
async function importBy(words: readonly string[], store = `disk:${join(temporaryFolder(), 'store')}`) {
  const ended = await backbone(['import', ...words, '--store', store, '--json'], { node: LIMITED });
  const opened = await openStore(store);
  const total = await totalRequests(opened);
  await opened.close();
  return { ended, line: importLine(ended), total, megabytes: megabytesOf(ended) };
}

describe('among good files', () => {
  test('a gzip bomb is refused by name, in little memory, and the others are counted', async () => {
    // A log that goes on as 2 GiB of one letter, in 2 MB.
    const member = gzipSync(Buffer.alloc(64 * 2 ** 20, 'a'));
    const bomb = Buffer.concat([gzipSync(HEADER + LINE), ...Array<Uint8Array>(32).fill(member)]);
    const folder = filesIn({
      'a.gz': goodLog(1),
      'b.gz': bomb,
      'c.gz': goodLog(2),
    });
    const { ended, line, total, megabytes } = await importBy([folder]);
    expect(ended.code).toBe(2);
    expect(line).toMatchObject({ objects: 3, ingested: 2, refused: 1, records: 40 });
    expect(refusal(line)).toEqual([
      join(folder, 'b.gz'),
      expect.stringMatching(/more than 300 times its size: a gzip bomb/),
    ]);
    expect(total).toBe(40);
    expect(megabytes).toBeLessThan(450);
  });

  test('a line of 100 MB is quarantined, in little memory, and the lines around it are counted', async () => {
    const long = LINE.replace('/\t', `/${'a'.repeat(100_000_000)}\t`);
    const folder = filesIn({ 'long.log': HEADER + LINE + long + LINE });
    const { ended, line, total, megabytes } = await importBy([folder]);
    expect(ended.code).toBe(0);
    expect(line).toMatchObject({ ingested: 1, records: 3, quarantined: 1 });
    expect(total).toBe(2);
    expect(megabytes).toBeLessThan(450);
  });

  test('binary, foreign and truncated files are refused, each with what is wrong, and nothing of them is counted', async () => {
    const folder = filesIn({
      'binary.log': randomBytes(200_000),
      'cut.gz': goodLog(1).subarray(0, -20),
      'damaged.gz': damaged(goodLog(2)),
      'foreign.log': '192.0.2.1 - - [16/Feb/2026:14:30:05 +0000] "GET / HTTP/1.1" 200 1000\n'.repeat(50),
      'good.gz': goodLog(3),
    });
    const importing = await openImporting();
    const reasons: Record<string, readonly string[]> = {};
    for (const name of ['binary.log', 'cut.gz', 'damaged.gz', 'foreign.log', 'good.gz'])
      reasons[name] = (await importing.add(join(folder, name))).errors;
    await importing.session.carryThrough();
    expect(reasons).toEqual({
      'binary.log': [expect.stringMatching(/^This is a binary file/)],
      'cut.gz': [expect.stringMatching(/ends too early; nothing of the object was counted/)],
      'damaged.gz': [expect.stringMatching(/damaged; nothing of the object was counted/)],
      'foreign.log': [expect.stringMatching(/^No line of this file is a record of a CloudFront log/)],
      'good.gz': [],
    });
    expect(await totalRequests(importing.store)).toBe(20);
    expect(await problemsOf(importing)).toEqual([]);
  });

  test('a log of which no line can be read is refused with the commonest reason, and takes no place', async () => {
    const lines = ['2026-02-16\t14:30:05\tx', '2026-13-16\t14:30:05\tx\tGET\t/\t200\tPT', 'x\ty\tz'];
    const folder = filesIn({ 'broken.log': `${HEADER}${lines.join('\n')}\n` });
    const importing = await openImporting();
    const file = join(folder, 'broken.log');
    const answer = await importing.add(file);
    expect(answer).toMatchObject({ outcome: 'refused', records_parsed: 3, quarantined: 3, windows: [] });
    expect(answer.errors).toEqual([
      'None of its 3 lines could be read: 3 columns instead of 7 (first in line 3)',
    ]);
    // Nothing stands in the way of the mended file.
    writeFileSync(file, HEADER + LINE);
    expect(await importing.add(file)).toMatchObject({ outcome: 'ingested', records_stored: 1 });
    await importing.session.carryThrough();
    expect(await problemsOf(importing)).toEqual([]);
  });

  test('a broken log does not take the place of what --replace would remove for it', async () => {
    const file = join(filesIn({ 'a.log': HEADER + LINE }), 'a.log');
    const importing = await openImporting();
    await importing.add(file);
    writeFileSync(file, `${HEADER}nothing\n`);
    expect(await importing.add(file, { otherContent: 'replace' })).toMatchObject({ outcome: 'refused' });
    await importing.session.carryThrough();
    expect(await totalRequests(importing.store)).toBe(1);
  });

  test('a real-time log with other fields than said names --fields', async () => {
    const folder = filesIn({ 'rt.log': '1771252205.123\t192.0.2.1\t200\n'.repeat(2) });
    const importing = await openImporting();
    const fields = ['timestamp', 'c-ip', 'sc-status', 'cs-uri-stem'];
    const { errors } = await importing.add(join(folder, 'rt.log'), { fields, kind: 'realtime' });
    expect(errors).toEqual([
      expect.stringMatching(/^None of its 2 lines .*3 columns instead of 4 .*--fields$/),
    ]);
  });

  test('JSON of somebody else that has a date and a time is no log', async () => {
    const record = {
      date: '2026-02-16',
      time: '14:30:05',
      timestamp: '1771252205',
      message: 'started',
      level: 'info',
    };
    const folder = filesIn({ 'app.json': `${JSON.stringify(record)}\n`.repeat(3) });
    const importing = await openImporting();
    const answer = await importing.add(join(folder, 'app.json'));
    expect(answer).toMatchObject({ outcome: 'refused', records_parsed: 0 });
    expect(answer.errors).toEqual([
      expect.stringMatching(/^No record of this JSON file is one of a CloudFront log/),
    ]);
  });

  test('links, folders named like logs, pipes and what is hidden are no trouble', async () => {
    const folder = filesIn({ 'good.gz': goodLog(1), '.hidden.gz': goodLog(2) });
    mkdirSync(join(folder, 'folder.gz'));
    writeFileSync(join(folder, 'folder.gz', 'inner.gz'), goodLog(3));
    symlinkSync(join(folder, 'good.gz'), join(folder, 'link.gz'));
    symlinkSync(folder, join(folder, 'circle'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'dangling.gz'));
    const { ended, line, total } = await importBy([folder, '/dev/zero']);
    expect(ended.code).toBe(2);
    expect(line).toMatchObject({ objects: 4, ingested: 2, already_known: 1, refused: 1 });
    expect(refusal(line)).toEqual(['/dev/zero', expect.stringMatching(/can't be read: no file$/)]);
    expect(total).toBe(40);
  });
});

describe('files with nothing in them', () => {
  test('are valid: empty, header only, blank lines, packed or not', async () => {
    const folder = filesIn({
      'a-empty.log': '',
      'b-header.log': HEADER,
      'c-blank.log': '\n\n',
      'd-empty.gz': gzipSync(''),
      'e-header.gz': gzipSync(`${HEADER}\n`),
    });
    const { ended, line } = await importBy([folder]);
    expect(ended.code).toBe(0);
    // Unpacked, d is a: the same object.
    expect(line).toMatchObject({
      objects: 5,
      empty: 4,
      already_known: 1,
      refused: 0,
      records: 0,
      windows: 0,
    });
  });
});

describe('a file that changes while it is read', () => {
  /** The file's source, with something that happens when its first bytes have been read. */
  async function importWhile(importing: Importing, file: string, happens: (round: number) => void) {
    let round = 0;
    const open = async (path: string): Promise<Source | undefined> => {
      const source = await fileSource(path);
      return (
        source && {
          ...source,
          async *chunks() {
            let first = true;
            for await (const chunk of source.chunks()) {
              yield chunk;
              if (first) happens(++round);
              first = false;
            }
          },
        }
      );
    };
    const options = {
      ...importing.session.ingestOptions,
      openPlace: (location: string) => open(location.slice('file:'.length)),
    };
    const answer = await ingestSource(importing.session.pipeline, options, (await open(file)) as Source);
    await importing.session.carryThrough();
    return answer;
  }

  // More than the chunk in which files are read, so that the end is not read before the beginning is.
  const LARGE = HEADER + LINE.repeat(60_000);

  test('because it grows is read again, and counted as it is in the end', async () => {
    const file = join(filesIn({ 'growing.log': LARGE }), 'growing.log');
    const importing = await openImporting();
    const answer = await importWhile(importing, file, (round) => round < 3 && appendFileSync(file, LINE));
    expect(answer).toMatchObject({ outcome: 'ingested', records_parsed: 60_002 });
    expect(await totalRequests(importing.store)).toBe(60_002);
    expect(await problemsOf(importing)).toEqual([]);
  });

  test('because it is still being copied is refused only if it is cut when the copy is done', async () => {
    const whole = goodLog(1);
    const file = join(filesIn({ 'copied.gz': whole.subarray(0, 100) }), 'copied.gz');
    const importing = await openImporting();
    const answer = await importWhile(importing, file, (round) => round === 1 && writeFileSync(file, whole));
    expect(answer).toMatchObject({ outcome: 'ingested', records_parsed: 20 });
  });

  test('because another log takes its place counts the other one alone', async () => {
    const file = join(filesIn({ 'replaced.log': LARGE }), 'replaced.log');
    const importing = await openImporting();
    await importWhile(importing, file, (round) => {
      if (round > 1) return;
      rmSync(file);
      writeFileSync(file, goodLog(1));
    });
    expect(await totalRequests(importing.store)).toBe(20);
  });

  test('because it is deleted is gone, and counted nowhere', async () => {
    const file = join(filesIn({ 'deleted.log': LARGE }), 'deleted.log');
    const importing = await openImporting();
    expect(await importWhile(importing, file, () => rmSync(file))).toMatchObject({ outcome: 'gone' });
    expect(await totalRequests(importing.store)).toBe(0);
    expect(await problemsOf(importing)).toEqual([]);
  });

  test('for ever is refused, and nothing of it is counted', async () => {
    const file = join(filesIn({ 'endless.log': HEADER + LINE }), 'endless.log');
    const importing = await openImporting();
    const answer = await importWhile(importing, file, () => appendFileSync(file, LINE));
    expect(answer).toMatchObject({ outcome: 'refused', errors: ['it changed 20 times while it was read'] });
    expect(await totalRequests(importing.store)).toBe(0);
    expect(await problemsOf(importing)).toEqual([]);
  });
});

describe('other content under a path that was imported before', () => {
  const file = join(filesIn({ 'a.log': HEADER + LINE }), 'a.log');
  const store = `disk:${join(temporaryFolder(), 'store')}`;

  test('is refused with the two ways out, and changes nothing', async () => {
    await importBy([file], store);
    writeFileSync(file, HEADER + LINE.repeat(2));
    const { ended, line, total } = await importBy([file], store);
    expect(ended.code).toBe(2);
    expect(line).toMatchObject({ objects: 1, refused: 1 });
    expect(refusal(line)[1]).toMatch(/--replace removes what was there first, --add counts both/);
    expect(total).toBe(1);
  });

  test('takes the place of what was there with --replace', async () => {
    const { ended, line, total } = await importBy([file, '--replace'], store);
    expect(ended.code).toBe(0);
    expect(line).toMatchObject({ replaced: 1, refused: 0, records: 2 });
    expect(total).toBe(2);
  });

  test('is counted beside what was there with --add', async () => {
    writeFileSync(file, HEADER + LINE.repeat(3));
    const { ended, line, total } = await importBy([file, '--add'], store);
    expect(ended.code).toBe(0);
    expect(line).toMatchObject({ ingested: 1, refused: 0, records: 3 });
    expect(total).toBe(5);
    expect((await backbone(['verify', '--store', store])).code).toBe(0);
  });
});

function damaged(log: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(log);
  copy.fill(0x55, 60, 90);
  return copy;
}

function refusal({ refusals }: ImportLine): [string, string] {
  expect(refusals).toHaveLength(1);
  return [refusals[0]?.file ?? '', refusals[0]?.reason ?? ''];
}

function megabytesOf({ stderr }: Ended): number {
  const [, kilobytes] = /^rss (\d+)$/m.exec(stderr) ?? [];
  if (kilobytes === undefined) throw new Error(`no size of memory: ${stderr}`);
  return Number(kilobytes) / 1024;
}
