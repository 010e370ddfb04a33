import { spawn, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { createBackbone } from '../../../clients/typescript/backbone-events.ts';
import { beginBackbone, type RunningCommand, signInLink } from '../command.ts';
import { filledStore } from '../filled-store.ts';
import { temporaryFolder } from '../folder.ts';

const PYTHON = ['/usr/bin/python3', 'python3'].find(
  (one) => spawnSync(one, ['-c', 'import asyncio']).status === 0,
);
const OPTIONS = { interval: 50, timeout: 5_000, backoff: { first: 50, longest: 500 } };

test('Both clients bring every event to a server that is killed and started again, each once', async () => {
  const folder = temporaryFolder();
  const store = await filledStore(folder);
  let server = start(store, folder, '0');
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
    server = start(store, folder, new URL(url).port);
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

function start(store: string, folder: string, port: string): RunningCommand {
  return beginBackbone(['start', '--port', port, '--store', store], { cwd: folder });
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
