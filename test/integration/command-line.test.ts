import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { backbone, type Ended, refusalsOf } from './command.ts';
import { temporaryFolder } from './folder.ts';
import { workFolder } from './work-folder.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const COMMANDS = ['start', 'import', 'report', 'verify'];

describe('help', () => {
  test('lists every command, and is what comes without a command', async () => {
    const { code, stdout } = await backbone(['help']);
    expect(code).toBe(0);
    for (const name of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${name} +[A-Z].+\\.$`, 'm'));
    expect((await backbone([])).stdout).toBe(stdout);
    expect((await backbone(['--help'])).stdout).toBe(stdout);
  });

  test.each(COMMANDS)('of %s says what it takes, and gives an example', async (name) => {
    const { code, stdout, stderr } = await backbone([name, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^Usage: npm run -s backbone -- ${name} .*\\[options\\]$`, 'm'));
    for (const example of examplesIn(stdout)) expect(example).toMatch(new RegExp(`^${name}( |$)`));
    expect(examplesIn(stdout).length).toBeGreaterThan(0);
  });

  test('gives examples that work as they stand', async () => {
    const folder = workFolder();
    cpSync(join(folder, 'logs'), join(folder, 'realtime'), { recursive: true });
    // The store elsewhere that examples name.
    mkdirSync(join(folder, 'backbone', 'data'), { recursive: true });
    const outcomes: [string, number | null, string][] = [];
    for (const name of ['import', 'report', 'verify'])
      for (const example of examplesIn((await backbone([name, '--help'])).stdout)) {
        // Those have tests of their own, where a server is.
        if (example.includes('s3://')) continue;
        const { code, stderr } = await backbone(wordsOf(example, folder), { cwd: folder });
        outcomes.push([example, code, stderr]);
      }
    expect(outcomes).toEqual(outcomes.map(([example]) => [example, 0, '']));
    expect(outcomes.length).toBeGreaterThan(5);
  });
});

describe('malformed command lines', () => {
  const MALFORMED: readonly (readonly [string[], RegExp])[] = [
    [['imprt', 'logs'], /^"imprt" is no command\. Did you mean import\?/],
    [['import'], /^import: name at least one file/],
    [['import', 'x', '--stroe', 'memory:'], /^import: unknown option --stroe\. Did you mean --store\?/],
    [['import', 'x', '--store'], /^import: --store needs a value/],
    [['import', 'x', '--store='], /^import: --store needs a value/],
    [['import', 'x', '--json=yes'], /^import: --json takes no value/],
    [['import', 'x', '-j'], /^import: unknown option -j/],
    [
      ['import', '.', '--store', 'disk:'],
      /^Not a store: "disk:"\. Accepted: memory:, disk:<folder>, sqlite:<file>, zip:<file> and s3:\/\//,
    ],
    [['import', '.', '--store', 'ftp://x'], /^Not a store: "ftp:\/\/x"\. Accepted:/],
    [
      ['import', '.', '--store', 'memory:', '--replace', '--add'],
      /^import: --replace and --add exclude each other/,
    ],
    [['import', '.', '--distribution', '../x'], /^import: --distribution is "\.\.\/x"; accepted: 1 to 64/],
    [['import', '.', '--feed', 'nonsense'], /^import: --feed is "nonsense"; accepted: standard, realtime/],
    [
      ['import', '.', '--complete-from', '2026-02-16'],
      /^import: --complete-from and --complete-through go together/,
    ],
    [
      ['import', '.', '--complete-from', 'monday', '--complete-through', '2026-02-17'],
      /^import: --complete-from is "monday"; accepted: an instant/,
    ],
    [['import', '.', '--complete-from', '2026-02-17', '--complete-through', '2026-02-16'], /is not before/],
    [
      ['report', 'dayly', '2026-02-16', '--store', 'memory:'],
      /^report: "dayly" is no period; accepted: 30min, hourly, daily/,
    ],
    [
      ['report', 'daily', '2026-02-16', '2026-02-17', '--store', 'memory:'],
      /^report: a period takes one time key, such as 2026-02-16/,
    ],
    [['report', 'daily', '2026-02-30', '--store', 'memory:'], /2026-02-30/],
    [['report', '--class', 'humans', '--store', 'memory:'], /humans.*human/],
    [['start', '--port', '99999', '--store', 'memory:'], /^start: port is "99999"; accepted: 0 to 65535/],
    [['verify', 'everything', '--store', 'memory:'], /^verify: .*everything/],
    [['start', 'now', '--store', 'memory:'], /^start: .*now/],
  ];

  test('are each refused with one line that says what is accepted, before anything is done', async () => {
    const folder = temporaryFolder();
    const ended = await refusalsOf(
      MALFORMED.map(([words]) => words),
      folder,
    );
    for (const [at, [words, message]] of MALFORMED.entries()) {
      const { code, stdout, stderr } = ended[at] as Ended;
      expect({ words, code, stdout }).toEqual({ words, code: 2, stdout: '' });
      expect({ words, stderr }).toEqual({ words, stderr: expect.stringMatching(message) });
      expect(stderr).toMatch(/^[^\n]+\n$/);
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  test('files that are not there are named, and no store is made for them', async () => {
    const folder = temporaryFolder();
    for (const word of ['nowhere', 'logs/*.gz']) {
      const { code, stderr } = await backbone(['import', word], { cwd: folder });
      expect(code).toBe(2);
      expect(stderr).toBe(`${word}: no such file or folder, and no file matches it as a pattern\n`);
    }
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the summary of an import', () => {
  test('ends with the command that shows the result, which a shell takes as it stands', async () => {
    const folder = workFolder();
    const store = `disk:${join(folder, "a store's folder")}`;
    const { code, stdout } = await backbone(['import', 'logs', '--store', store], { cwd: folder });
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^3 files: 3 ingested\n120 lines: 120 requests counted\n\d+ half-hours, [\d,]+ bytes, [\d.]+ s\n/,
    );
    const [, command] =
      /\nSee it: +(npm run -s backbone -- report daily 2026-02-17 --store .+)\n.*\n$/.exec(stdout) ?? [];
    expect(command).toBeDefined();
    const shown = await promisify(execFile)('sh', ['-c', command as string], { cwd: PROJECT });
    expect(shown.stdout).toMatch(
      /^daily 2026-02-17 \(UTC\), human traffic of standard\.local\npartial; from \d+ sources/,
    );
    expect(shown.stdout).toMatch(/^ {2}Requests +\d+$/m);
  });

  test('names what was refused and quarantined, the file, the line and the reason', async () => {
    const folder = temporaryFolder();
    const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
    for (const name of ['a.txt', 'b.txt', 'c.txt']) put(name, `nothing of ours: ${name}\n`);
    put('alone.bin', 'PK\x03\x04 an archive');
    put('broken.log', '#Fields: date time c-ip sc-status\nodd\n');
    put('odd.log', '#Fields: date time c-ip sc-status\n2026-02-16\t14:30:05\tx\t200\nodd\n');
    const { code, stdout } = await backbone(['import', folder, '--store', 'memory:']);
    expect(code).toBe(2);
    expect(stdout.split('\n').slice(0, 2)).toEqual([
      '6 files: 1 ingested, 5 refused',
      '3 lines: 1 request counted, 2 quarantined (could not be read)',
    ]);
    const inFolder = (name: string) => join(folder, name).replaceAll('.', '\\.');
    for (const line of [
      `quarantined: ${inFolder('odd.log')}, line 3: 1 columns instead of 4`,
      `refused: 3 files: No line of this file is a record .+ \\(e\\.g\\. ${inFolder('a.txt')}\\)`,
      `refused: ${inFolder('alone.bin')}: This is a ZIP archive\\. .+`,
      `refused: ${inFolder('broken.log')}: Its only line could not be read: 1 columns instead of 4 \\(first in line 2\\)`,
    ])
      expect(stdout).toMatch(new RegExp(`^${line}$`, 'm'));
  });

  test('says of real-time lines with other columns that --fields says which they are', async () => {
    const folder = temporaryFolder();
    const line = '1771252205.123\t192.0.2.1\t200';
    writeFileSync(join(folder, 'rt.log'), `${line}\n${line}\t/\n`);
    const fields = ['--feed', 'realtime', '--fields', 'timestamp,c-ip,sc-status', '--store', 'memory:'];
    const { stdout } = await backbone(['import', folder, ...fields]);
    expect(stdout).toMatch(/^2 lines: 1 request counted, 1 quarantined/m);
    expect(stdout).toMatch(
      /^quarantined: .+rt\.log, line 2: 4 columns instead of 3\nReal-time logs .+--fields$/m,
    );
  });

  test('tells requests that are counted from those that were known before', async () => {
    const folder = workFolder();
    const words = ['import', 'logs', '--store', 'disk:store'];
    await backbone(words, { cwd: folder });
    const { stdout } = await backbone(words, { cwd: folder });
    expect(stdout).toMatch(
      /^3 files: 3 already known\n120 lines: 0 requests counted, 120 requests known before$/m,
    );
  });
});

/** The examples of a help text, without what starts the program. */
function examplesIn(help: string): string[] {
  return [...help.matchAll(/^ {2}npm run -s backbone -- (.+)$/gm)].map(([, example]) => example as string);
}

/** The words of an example; what it names outside of the working folder is put into that. */
function wordsOf(example: string, folder: string): string[] {
  const words = example.match(/'[^']*'|\S+/g) ?? [];
  return words.map((word) => word.replaceAll("'", '').replace('disk:/var/lib', `disk:${folder}`));
}
