import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { KEY_NAME, KEY_VALUE, type Served, served } from './served.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/cache-client');

/** One request of the Python client, with what it must be answered; `{{name}}` stands for what was kept before. */
interface Recorded {
  /** Method of the client library. */
  readonly client: string;
  /** What the client does that a server would not expect. */
  readonly quirk?: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly json?: unknown;
    readonly base64?: string;
  };
  readonly answer: {
    readonly status: number;
    readonly type?: string;
    readonly text?: string;
    readonly json?: unknown;
  };
  /** Members of the answer that later requests name. */
  readonly keep?: Readonly<Record<string, string>>;
}

const kept: Record<string, string> = { namespace: 'client' };
let cache: Served;
beforeAll(async () => {
  cache = await served();
});
afterAll(() => cache.close());

for (const file of readdirSync(FOLDER).sort()) {
  const recorded = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Recorded[];
  describe(`requests of the Python client: ${file}`, () => {
    for (const [index, record] of recorded.entries()) {
      const said = record.quirk === undefined ? '' : ` (${record.quirk})`;
      test(`${index + 1}. ${record.client} is answered ${record.answer.status}${said}`, () => replay(record));
    }
  });
}

async function replay({ request, answer, keep = {} }: Recorded): Promise<void> {
  const response = await fetch(cache.url + filled(request.path), {
    method: request.method,
    headers: { [KEY_NAME]: KEY_VALUE, authorization: `Bearer ${KEY_VALUE}`, ...request.headers },
    ...bodyOf(request),
  });
  const text = await response.text();
  expect({ status: response.status, text }).toEqual({ status: answer.status, text });
  if (answer.type !== undefined) expect(response.headers.get('content-type')).toBe(answer.type);
  if (answer.text !== undefined) expect(text).toBe(filled(answer.text));
  if (answer.json !== undefined) expect(JSON.parse(text)).toEqual(expected(answer.json));
  for (const [name, member] of Object.entries(keep)) kept[name] = JSON.parse(text)[member];
}

function bodyOf({ json, base64 }: Recorded['request']): { body?: string | Uint8Array<ArrayBuffer> } {
  if (json !== undefined) return { body: JSON.stringify(json) };
  return base64 === undefined ? {} : { body: new Uint8Array(Buffer.from(base64, 'base64')) };
}

function filled(text: string): string {
  return text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => kept[name] ?? `(nothing was kept as ${name})`);
}

/** Members that are not written down may be there; `{{any}}` is whatever it is. */
function expected(value: unknown): unknown {
  if (value === '{{any}}') return expect.anything();
  if (typeof value === 'string') return filled(value);
  if (Array.isArray(value)) return value.map(expected);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, expected(member)]);
  return expect.objectContaining(Object.fromEntries(members));
}
