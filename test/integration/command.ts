import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

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

const PROGRAM = resolve(import.meta.dirname, '../../bin/backbone.ts');

/** Runs `backbone <words>` in a process of its own, to its end. */
export function backbone(words: readonly string[], options: CommandOptions = {}): Promise<Ended> {
  return beginBackbone(words, options).ended;
}

/** Starts `backbone <words>` in a process of its own. */
export function beginBackbone(
  words: readonly string[],
  { cwd, node = [], env = {}, uid }: CommandOptions = {},
): RunningCommand {
  const {
    BACKBONE_STORE: _,
    BACKBONE_ADMIN_KEY: __,
    PORT: ___,
    NODE_OPTIONS: ____,
    ...inherited
  } = process.env;
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...node, PROGRAM, ...words],
    { cwd, env: { ...inherited, ...env }, uid, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (text) => (printed.stdout += text));
  child.stderr.on('data', (text) => (printed.stderr += text));
  const ended = new Promise<Ended>((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => done({ code, signal, ...printed }));
  });
  return { child, ended };
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
