import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { beginBackbone, type RunningCommand, signInLink } from './command.ts';
import { filledStore } from './filled-store.ts';
import { temporaryFolder } from './folder.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const GUIDE = readFileSync(join(ROOT, 'docs/integrate.md'), 'utf8');

interface Block {
  readonly language: string;
  readonly text: string;
  /** The heading above. */
  readonly under: string;
  /** What the guide says is answered: the members that are named, `…` for whatever it is. */
  readonly answer?: unknown;
}

function blocksOf(guide: string): Block[] {
  const blocks: Block[] = [];
  let under = '';
  for (const [, heading, language, text] of guide.matchAll(/^#+ (.+)$|^```(\w+)\n([\s\S]*?)^```$/gm)) {
    if (heading !== undefined) under = heading;
    else if (language === 'json') blocks.push({ ...blocks.pop()!, answer: JSON.parse(text!) });
    else blocks.push({ language: language!, text: text!, under });
  }
  return blocks.filter(({ language }) => language !== 'mermaid' && language !== 'console');
}

/** A shell that keeps its variables from one block to the next. */
function startShell(folder: string, environment: Record<string, string>) {
  const path = `${dirname(process.execPath)}:${process.env.PATH}`;
  const shell: ChildProcessWithoutNullStreams = spawn('bash', [], {
    cwd: folder,
    env: { ...process.env, PATH: path, ...environment },
  });
  let printed = '';
  let wake = () => {};
  const hear = (text: Buffer) => {
    printed += text;
    wake();
  };
  shell.stdout.on('data', hear);
  shell.stderr.on('data', hear);
  const run = async (command: string): Promise<{ code: number; text: string }> => {
    printed = '';
    shell.stdin.write(`${command}\nended=$?; echo; echo "ended $ended"\n`);
    for (;;) {
      const [whole, code] = /\nended (\d+)\n$/.exec(printed) ?? [];
      if (whole !== undefined) return { code: Number(code), text: printed.slice(0, -whole.length) };
      await new Promise<void>((heard) => {
        wake = heard;
      });
    }
  };
  return { run, end: () => shell.kill() };
}

/** Members that the guide names have to be there, with its values; `…` is any value. */
function expectAnswer(given: unknown, said: unknown): void {
  if (said === '…') expect(given).toBeDefined();
  else if (typeof said !== 'object' || said === null) expect(given).toEqual(said);
  else {
    if (Array.isArray(said)) expect(given).toHaveLength(said.length);
    for (const [name, value] of Object.entries(said))
      expectAnswer((given as Record<string, unknown>)[name], value);
  }
}

function pythonWith(module: string): string | undefined {
  const candidates = ['/usr/bin/python3', 'python3'];
  return candidates.find((python) => spawnSync(python, ['-c', `import ${module}`]).status === 0);
}

const [PYTHON, FASTAPI] = [pythonWith('urllib.request'), pythonWith('fastapi')];

/** One request of the application in the guide, as a server would hand it over, and its shutdown. */
const ONE_REQUEST = `
import asyncio
from app import app, reporter
async def main():
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": "/api/files/a",
             "raw_path": b"/api/files/a", "query_string": b"", "root_path": "", "headers": [(b"host", b"x")],
             "client": ("203.0.113.7", 1), "server": ("x", 80)}
    async def receive():
        return {"type": "http.request", "body": b""}
    async def send(message):
        pass
    await app(scope, receive, send)
asyncio.run(main())
counts = reporter.close()
assert counts["accepted"] == 1, counts
`;

const folder = temporaryFolder();
const blocks = blocksOf(GUIDE);
let server: RunningCommand | undefined;
let environment: Record<string, string>;

beforeAll(async () => {
  const store = await filledStore(folder);
  mkdirSync(join(folder, 'work'));
  symlinkSync(join(ROOT, 'clients'), join(folder, 'work/clients'));
  server = beginBackbone(['start', '--port', '0', '--store', store], { cwd: folder });
  const { url, key } = await signInLink(server);
  environment = { BACKBONE: url, ADMIN_KEY: key };
});
afterAll(async () => {
  server?.child.kill();
  await server?.ended;
});

test('The guide to integrating an application has blocks of all kinds', () => {
  expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['sh', 'js', 'ts', 'python']));
  expect(blocks.filter(({ answer }) => answer !== undefined).length).toBeGreaterThan(5);
});

describe.each(['', ', a second time on the same server'])('The guide to integrating an application%s', () => {
  let shell: ReturnType<typeof startShell>;
  beforeAll(() => {
    shell = startShell(join(folder, 'work'), environment);
  });
  afterAll(() => {
    shell.end();
  });

  test.each(blocks.map((block, at) => ({ ...block, at })))(
    'block $at, $language under "$under", does what it says',
    async ({ language, text, answer, at }) => {
      const command = commandOf(language, text, at);
      if (command === undefined) {
        process.stdout.write('no Python, or no FastAPI (python3-fastapi): a block of the guide is not run\n');
        return;
      }
      const ended = await shell.run(command);
      expect({ code: ended.code, text: ended.text }).toEqual({ code: 0, text: expect.any(String) });
      if (answer !== undefined) expectAnswer(JSON.parse(ended.text), answer);
      else expect(ended.text).not.toMatch(/rror|Traceback/);
    },
  );

  test('says why where a name is taken, and fails', async () => {
    const { text } = blocks.find((block) => block.text.includes('/api/keys '))!;
    const ended = await shell.run(text);
    expect(ended.code).not.toBe(0);
    expect(ended.text).toContain('name_taken');
  });

  test('leaves a server whose pulse knows what the guide reported', async () => {
    const { text } = await shell.run(
      'curl -sf "$BACKBONE/api/analytics/pulse?minutes=60" -H "x-api-key: $ADMIN_KEY"',
    );
    const types = new Set(
      (JSON.parse(text) as { recent_events: { event_type: string }[] }).recent_events.map(
        ({ event_type }) => event_type,
      ),
    );
    expect([...types]).toEqual(expect.arrayContaining(['token_use', 'token_rejected', 'transfer_viewed']));
  });

  test('leaves a server that has counted it for the day within seconds, without ids in paths', async () => {
    const day = `${environment.BACKBONE}/api/analytics/daily/${new Date().toISOString().slice(0, 10)}`;
    const read = async () => {
      const answer = await fetch(day, { headers: { 'x-api-key': environment.ADMIN_KEY! } });
      return JSON.stringify(((await answer.json()) as { top_paths: unknown }).top_paths);
    };
    const end = Date.now() + 20_000;
    while (!(await read()).includes('/tickets/{id}') && Date.now() < end)
      await new Promise((wake) => setTimeout(wake, 200));
    const paths = await read();
    expect(paths).toContain('/tickets/{id}');
    expect(paths).toContain('/d/{id}/view');
    expect(paths).not.toMatch(/4711|red-bicycle/);
  });

  /** Undefined: this machine has not what it needs. */
  function commandOf(language: string, text: string, at: number): string | undefined {
    if (language === 'sh') return text;
    const isApplication = language === 'python' && text.includes('fastapi');
    const ending = { js: 'mjs', ts: 'ts', python: 'py' }[language];
    const name = isApplication ? 'app.py' : `block-${at}.${ending}`;
    writeFileSync(join(folder, 'work', name), text);
    if (language !== 'python') return `node ${name}`;
    if (!isApplication) return PYTHON && `${PYTHON} ${name}`;
    if (FASTAPI === undefined) return undefined;
    writeFileSync(join(folder, 'work/one_request.py'), ONE_REQUEST);
    return `${FASTAPI} one_request.py`;
  }
});
