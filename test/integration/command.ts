import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

/** A command that has ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Options of the Node process, such as the size of its heap. */
  readonly node?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Runs as this user (root alone can). */
  readonly uid?: number;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
}

/** After this time a command is told to end, ms: a test that fails leaves no process behind. */
const PATIENCE = 90_000;
const PROGRAM = resolve(import.meta.dirname, '../../bin/backbone.ts');
const COMMAND_LINE = resolve(import.meta.dirname, '../../local/cli/command-line.ts');

/** Runs `backbone <words>` in a process of its own, to its end. */
export function backbone(words: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return beginBackbone(words, options).ended;
}

/** Runs many command lines after each other in one process: all of them are refused, so that none leaves a trace. */
export async function refusalsOf(lines: readonly (readonly string[])[], cwd: string): Promise<Ended[]> {
  const { stdout, stderr } = await begin(
    ['--input-type=module', '--eval', EACH_LINE, JSON.stringify(lines)],
    { cwd },
  ).ended;
  const printed = stdout.split(NEXT);
  return stderr.split(NEXT).flatMap((told, at) => {
    const [, text = '', code] = /^(.*)\0(\d+)$/s.exec(told) ?? [];
    return code === undefined
      ? []
      : [{ code: Number(code), signal: null, stdout: printed[at] ?? '', stderr: text }];
  });
}

const NEXT = '\u0001';
const EACH_LINE = `
  const { runCommandLine } = await import(${JSON.stringify(pathToFileURL(COMMAND_LINE).href)});
  for (const words of JSON.parse(process.argv[1])) {
    const code = await runCommandLine(words);
    process.stdout.write('\\u0001');
    process.stderr.write('\\0' + code + '\\u0001');
  }`;

/** Starts `backbone <words>` in a process of its own. */
export function beginBackbone(words: readonly string[], options: CommandOptions = {}): RunningCommand {
  return begin([...(options.node ?? []), PROGRAM, ...words], options);
}

function begin(words: readonly string[], { cwd, env = {}, uid }: CommandOptions): RunningCommand {
  const {
    BACKBONE_STORE: _,
    BACKBONE_ADMIN_KEY: __,
    PORT: ___,
    NODE_OPTIONS: ____,
    ...inherited
  } = process.env;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...words], {
    cwd,
    env: { ...inherited, ...env },
    uid,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: PATIENCE,
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (printed.stdout += text));
  child.stderr.on('data', (text) => (printed.stderr += text));
  const ended = new Promise<Ended>((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => done({ code, signal, ...printed }));
  });
  return { child, ended };
}

/** Where a server that was started can be asked, and the key to do so. */
export async function signInLink({ child, ended }: RunningCommand): Promise<{ url: string; key: string }> {
  const printed = new Promise<{ url: string; key: string }>((found) => {
    let text = '';
    child.stdout?.on('data', (more) => {
      text += more;
      const [, url, key] = /(http:\/\/127\.0\.0\.1:\d+)\/#key=(\S+)/.exec(text) ?? [];
      if (url !== undefined && key !== undefined) found({ url, key });
    });
  });
  const died = ended.then(({ stderr }) => Promise.reject(new Error(`the server ended: ${stderr}`)));
  return Promise.race([printed, died]);
}

/** The one line that `import --json` prints. */
export interface ImportLine {
  readonly objects: number;
  readonly ingested: number;
  readonly already_known: number;
  readonly replaced: number;
  readonly empty: number;
  readonly refused: number;
  readonly records: number;
  readonly quarantined: number;
  readonly excluded: number;
  readonly visitors_unmeasured: number;
  readonly windows: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly refusals: readonly { readonly file: string; readonly reason: string }[];
}

/** Reads it; anything else on standard output is an error. */
export function importLine({ stdout, stderr }: Ended): ImportLine {
  try {
    return JSON.parse(stdout) as ImportLine;
  } catch (cause) {
    throw new Error(`no line of JSON: ${stdout}\n${stderr}`, { cause });
  }
}
