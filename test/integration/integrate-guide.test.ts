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
    shell.stdin.write(`${command}\necho; echo "ended $?"\n`);
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

const FASTAPI = ['/usr/bin/python3', 'python3'].find(
  (python) => spawnSync(python, ['-c', 'import fastapi']).status === 0,
);

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

describe('The guide to integrating an application', () => {
  const folder = temporaryFolder();
  const blocks = blocksOf(GUIDE);
  let server: RunningCommand | undefined;
  let shell: ReturnType<typeof startShell>;

  beforeAll(async () => {
    const store = await filledStore(folder);
    mkdirSync(join(folder, 'work'));
    symlinkSync(join(ROOT, 'clients'), join(folder, 'work/clients'));
    server = beginBackbone(['start', '--port', '0', '--store', store], { cwd: folder });
    const { url, key } = await signInLink(server);
    shell = startShell(join(folder, 'work'), { BACKBONE: url, ADMIN_KEY: key });
  });
  afterAll(async () => {
    shell?.end();
    server?.child.kill();
    await server?.ended;
  });

  test('has blocks of all kinds', () => {
    expect(new Set(blocks.map(({ language }) => language))).toEqual(new Set(['sh', 'js', 'ts', 'python']));
    expect(blocks.filter(({ answer }) => answer !== undefined).length).toBeGreaterThan(5);
  });

  test.each(blocks.map((block, at) => ({ ...block, at })))(
    'block $at, $language under "$under", does what it says',
    async ({ language, text, answer, at }) => {
      if (language === 'python' && FASTAPI === undefined) {
        process.stdout.write(
          'no FastAPI on this machine (python3-fastapi): the block of the guide is not run\n',
        );
        return;
      }
      const ended = await shell.run(commandOf(language, text, at));
      expect({ code: ended.code, text: ended.text }).toEqual({ code: 0, text: expect.any(String) });
      if (answer !== undefined) expectAnswer(JSON.parse(ended.text), answer);
      else expect(ended.text).not.toMatch(/rror|Traceback/);
    },
  );

  test('leaves a server that has counted what the guide reported', async () => {
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

  function commandOf(language: string, text: string, at: number): string {
    if (language === 'sh') return text;
    const name = { js: `block-${at}.mjs`, ts: `block-${at}.ts`, python: 'app.py' }[language]!;
    writeFileSync(join(folder, 'work', name), text);
    if (language !== 'python') return `node ${name}`;
    writeFileSync(join(folder, 'work/one_request.py'), ONE_REQUEST);
    return `${FASTAPI} one_request.py`;
  }
});
