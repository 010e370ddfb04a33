import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { backbone, beginBackbone, type Ended, type RunningCommand, signInLink } from './command.ts';
import { temporaryFolder } from './folder.ts';
import { linesBetween, logFile } from './protocol/log-files.ts';

const MORNING = Date.parse('2026-02-16T08:00:00Z');

interface Answered {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many routes
  readonly json: any;
}

describe('keys of a server in a process of its own', () => {
  const folder = temporaryFolder();
  const printed: Ended[] = [];
  /** Every key that was ever given out, and every answer that did not give one out. */
  const given: string[] = [];
  const answers: string[] = [];
  let running: RunningCommand;
  let url: string;
  let bootstrap: string;

  beforeAll(async () => {
    // A store with a log in it is shown at once, without a demo.
    writeFileSync(join(folder, 'a.gz'), logFile(linesBetween(3, MORNING, MORNING + 3_600_000, 1)));
    await backbone(['import', 'a.gz', '--store', `disk:${folder}`, '--distribution', 'E1'], { cwd: folder });
    await start();
  });
  afterAll(() => (running.child.exitCode === null ? stop() : undefined));

  async function start(): Promise<void> {
    running = beginBackbone(['start', '--store', `disk:${folder}`, '--port', '0'], { cwd: folder });
    ({ url, key: bootstrap } = await signInLink(running));
  }

  async function stop(): Promise<void> {
    running.child.kill('SIGTERM');
    printed.push(await running.ended);
  }

  async function ask(key: string, method: string, path: string, body?: unknown): Promise<Answered> {
    const answer = await fetch(url + path, {
      method,
      headers: { 'x-api-key': key, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const json = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : undefined;
    if (typeof json?.key === 'string') {
      given.push(json.key);
      expect(answer.headers.get('cache-control')).toBe('no-store');
    } else answers.push(text);
    return { status: answer.status, text, json };
  }

  const make = async (name: string, scopes: string[], more = {}) => {
    const { status, json } = await ask(bootstrap, 'POST', '/api/keys', { name, scopes, ...more });
    expect({ name, status }).toEqual({ name, status: 201 });
    return json as { id: string; key: string; prefix: string };
  };

  test('a key does what its scopes say, and is told which one is missing', async () => {
    const reader = await make('reader', ['settings:read']);
    expect((await ask(reader.key, 'GET', '/api/settings')).status).toBe(200);
    const refused = await ask(reader.key, 'GET', '/api/audit');
    expect(refused).toMatchObject({
      status: 403,
      json: {
        error: { code: 'missing_scope', details: { missing: 'audit:read', scopes: ['settings:read'] } },
      },
    });
    expect((await ask(reader.key, 'GET', '/api/keys')).json.error.details.missing).toBe('admin');
    expect((await ask(reader.key, 'GET', '/cache/info/health')).status).toBe(200);
    expect((await ask(`${reader.key}x`, 'GET', '/api/settings')).status).toBe(401);
  });

  test('a key that reads, reads everything and changes nothing', async () => {
    const { key } = await make('dashboard', ['read']);
    for (const path of ['/api/settings', '/api/audit', '/api/sa/cloudfront/status', '/api/sa/cache/stats'])
      expect([path, (await ask(key, 'GET', path)).status]).toEqual([path, 200]);
    for (const [method, path] of [
      ['POST', '/api/keys'],
      ['POST', '/api/sa/forget'],
      ['GET', '/api/keys'],
    ] as const)
      expect([path, (await ask(key, method, path, method === 'POST' ? {} : undefined)).status]).toEqual([
        path,
        403,
      ]);
  });

  test('a key of one namespace of the cache service opens that one alone', async () => {
    const { key } = await make('users of the cache', ['cache:users']);
    const store = (namespace: string) =>
      ask(key, 'POST', `/cache/${namespace}/key_based/store/json/k?file_id=f`, { a: 1 });
    expect((await store('users')).status).toBe(200);
    expect(await store('tokens')).toMatchObject({
      status: 403,
      text: expect.stringContaining('cache:tokens'),
    });
    expect((await store('bb-keys')).status).toBe(403);
    for (const namespace of ['bb-keys', 'bb-audit', 'bb-tokens'])
      expect((await ask(key, 'GET', `/cache/${namespace}/stats`)).status).toBe(403);
    expect((await ask(key, 'GET', '/api/settings')).status).toBe(403);
  });

  test.each([
    [{ scopes: ['read'] }, 'name'],
    [{ name: 'a', scopes: [] }, 'at least one scope'],
    [{ name: 'a', scopes: ['traffic:reed'] }, 'one of traffic:read'],
    [{ name: 'a', scopes: ['toString'] }, 'one of traffic:read'],
    [{ name: 'a', scopes: ['cache:bb-keys'] }, 'one of traffic:read'],
    [{ name: 'a', scopes: ['cache:../x'] }, 'one of traffic:read'],
    [{ name: 'Admin', scopes: ['read'] }, 'another name'],
    [{ name: `bb_abcdefghij_${'A'.repeat(43)}`, scopes: ['read'] }, 'not a key'],
    [{ name: ' a', scopes: ['read'] }, 'letters, digits'],
    [{ name: 'аdmin', scopes: ['read'] }, 'letters, digits'],
    [{ name: 'a'.repeat(65), scopes: ['read'] }, 'letters, digits'],
    [{ name: 'a', scopes: ['read'], expires_at: '2020-01-01T00:00:00Z' }, 'to come'],
    [{ name: 'a', scopes: ['read'], expires_at: 1_900_000_000 }, 'expires_at'],
    [{ name: 'a', scopes: ['read'], expires_at: '2999-01-01T00:00:00Z' }, 'to come'],
    [{ name: 'a', scopes: ['read'], scope: 'admin' }, 'did you mean "scopes"'],
  ])('no key is made of %j', async (body, message) => {
    const { status, json } = await ask(bootstrap, 'POST', '/api/keys', body);
    expect(status).toBe(400);
    expect(json.error.message).toContain(message);
  });

  test('a key is replaced with a time in which both open, or without one', async () => {
    const { id, key: first } = await make('uploader', ['settings:read']);
    for (const grace_seconds of [-1, 604_801, 1.5, '60'])
      expect((await ask(bootstrap, 'POST', `/api/keys/${id}/rotate`, { grace_seconds })).status).toBe(400);
    const second = (await ask(bootstrap, 'POST', `/api/keys/${id}/rotate`, {})).json;
    const opens = async (key: string) => (await ask(key, 'GET', '/api/settings')).status === 200;
    expect([await opens(first), await opens(second.key)]).toEqual([true, true]);
    const hours = (Date.parse(second.replaced_until[0]) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThan(24.1);
    const third = (await ask(bootstrap, 'POST', `/api/keys/${id}/rotate`, { grace_seconds: 0 })).json;
    expect([await opens(second.key), await opens(third.key)]).toEqual([false, true]);
    expect((await ask(bootstrap, 'DELETE', `/api/keys/${id}`)).json.state).toBe('removed');
    expect([await opens(first), await opens(third.key)]).toEqual([false, false]);
    expect((await ask(bootstrap, 'DELETE', `/api/keys/${id}`)).status).toBe(404);
  });

  test('keys outlive the process, with the day of their last use', async () => {
    const { key } = await make('application', ['settings:read']);
    await ask(key, 'GET', '/api/settings');
    await stop();
    await start();
    expect((await ask(key, 'GET', '/api/settings')).status).toBe(200);
    const { keys } = (await ask(bootstrap, 'GET', '/api/keys')).json;
    const today = new Date().toISOString().slice(0, 10);
    expect(keys.find(({ name }: { name: string }) => name === 'application').last_used).toBe(today);
    expect(keys[0]).toMatchObject({ id: 'bootstrap', state: 'active', prefix: null });
  });

  test('every change is in the audit trail, the newest first, by kind and page by page', async () => {
    await ask(bootstrap, 'POST', '/api/keys', { name: 'reader', scopes: ['read'] });
    const { json } = await ask(bootstrap, 'GET', '/api/audit?kind=keys&limit=2');
    expect(json.entries).toMatchObject([
      { actor: 'admin', action: 'keys.create', state: 'nothing_done', detail: { name: 'reader' } },
      {
        actor: 'admin',
        action: 'keys.create',
        state: 'done',
        detail: { name: 'application', scopes: ['settings:read'] },
      },
    ]);
    const next = await ask(bootstrap, 'GET', `/api/audit?kind=keys&limit=2&cursor=${json.next_cursor}`);
    expect(next.json.entries.map(({ action }: { action: string }) => action)).toEqual([
      'keys.delete',
      'keys.delete',
    ]);
    expect((await ask(bootstrap, 'GET', '/api/audit?kind=settings')).json).toEqual({
      entries: [],
      next_cursor: null,
    });
    expect((await ask(bootstrap, 'GET', '/api/audit?cursor=e30')).status).toBe(400);
    expect((await ask(bootstrap, 'GET', '/api/audit?kind=../x')).status).toBe(400);
    // Somebody may take a key for an id.
    expect((await ask(bootstrap, 'DELETE', `/api/keys/${given[0]}`)).status).toBe(404);
    answers.pop();
  });

  test('the key of the machine goes when the one that replaces it has been used; a new one lets its owner in', async () => {
    const { key, name } = (await ask(bootstrap, 'POST', '/api/keys/bootstrap/rotate', { grace_seconds: 0 }))
      .json;
    expect(name).toBe('admin');
    expect((await ask(bootstrap, 'GET', '/api/keys')).status).toBe(200);
    const { keys } = (await ask(key, 'GET', '/api/keys')).json;
    expect((await ask(bootstrap, 'GET', '/api/keys')).status).toBe(401);
    const own = keys.find(
      (one: { name: string; id: string }) => one.name === 'admin' && one.id !== 'bootstrap',
    );
    expect(await ask(key, 'DELETE', `/api/keys/${own.id}`)).toMatchObject({
      status: 409,
      json: { error: { code: 'last_admin_key' } },
    });
    await stop();
    rmSync(join(folder, 'admin-key'));
    const old = bootstrap;
    await start();
    expect(bootstrap).not.toBe(old);
    expect((await ask(bootstrap, 'GET', '/api/keys')).status).toBe(200);
    expect((await ask(old, 'GET', '/api/keys')).status).toBe(401);
  });

  test('no key is in any byte of the store, in any later answer, or in what the server printed', async () => {
    await stop();
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
      join(folder, name),
    );
    const bytes = files.filter((file) => statSync(file).isFile()).map((file) => readFileSync(file, 'latin1'));
    expect(files.some((file) => file.includes('bb-keys'))).toBe(true);
    expect(given.length).toBeGreaterThan(6);
    const places = { bytes: bytes.join('\n'), answers: answers.join('\n'), printed: JSON.stringify(printed) };
    for (const key of given)
      for (const [place, text] of Object.entries(places))
        expect({ place, found: text.includes(key.replace(/^bb_\w{10}_/, '')) }).toEqual({
          place,
          found: false,
        });
  });
});
