import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { createBackbone } from '../../../clients/typescript/backbone-events.ts';
import { beginBackbone, backbone as command, type RunningCommand, signInLink } from '../command.ts';
import { temporaryFolder } from '../folder.ts';
import { linesBetween, logFile } from '../protocol/log-files.ts';

const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (one) => spawnSync(one, ['-c', 'import asyncio']).status === 0,
);
const OPTIONS = { interval: 50, timeout: 5_000, backoff: { first: 50, longest: 500 } };

test('Both clients bring every event to a server that is killed and started again, each once', async () => {
  const folder = temporaryFolder();
  await fill(folder);
  let server = start(folder, '0');
  const { url, key } = await signInLink(server);
  const backbone = createBackbone({ url, key, batch: 20, ...OPTIONS });
  try {
    const report = (count: number) => {
      for (let n = 0; n < count; n++)
        backbone.report({ event_type: 'api_call', method: 'GET', path: '/api/files', status_code: 200 });
    };
    report(100);
    while (backbone.counts().accepted === 0) await rest(1);
    server.child.kill('SIGKILL');
    report(100);
    await server.ended;
    const python = PYTHON === undefined ? undefined : runPython(PYTHON, url, key);
    await rest(300);
    server = start(folder, new URL(url).port);
    await signInLink(server);
    const reported = PYTHON === undefined ? 200 : 230;
    expect(await backbone.close(20_000)).toMatchObject({ accepted: 200, refused: 0, dropped: 0, waiting: 0 });
    if (python !== undefined) expect((await python).counts).toMatchObject({ accepted: 30, dropped: 0 });
    const pulse = await fetch(`${url}/api/analytics/pulse?minutes=60`, { headers: { 'x-api-key': key } });
    expect(await pulse.json()).toMatchObject({ active_requests: reported });
  } finally {
    server.child.kill('SIGKILL');
    await server.ended;
  }
});

/** A store with something in it: where there is nothing, a demo week is made at the start. */
async function fill(folder: string): Promise<void> {
  const from = Date.parse('2026-02-16T08:00:00Z');
  writeFileSync(`${folder}/some.log.gz`, logFile(linesBetween(9, from, from + 1_000, 1)));
  const { code } = await command(['import', `${folder}/some.log.gz`, '--store', `disk:${folder}/store`], {
    cwd: folder,
  });
  expect(code).toBe(0);
}

function start(folder: string, port: string): RunningCommand {
  return beginBackbone(['start', '--port', port, '--store', `disk:${folder}/store`], { cwd: folder });
}

async function runPython(python: string, url: string, key: string) {
  const child = spawn(python, ['-I', resolve(import.meta.dirname, 'asgi_application.py')], {
    timeout: 90_000,
  });
  const options = { timeout: 5, backoff: [0.05, 0.5] };
  const orders = { url, key, app: 'plain', requests: [['/api/x', []]], times: 30, options, rest: 60 };
  child.stdin.end(`${JSON.stringify(orders)}\n`);
  return JSON.parse(await text(child.stdout)) as { counts: Record<string, number> };
}

function rest(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}
