import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A function in a process of its own, called one event after the other as Lambda does. */
export interface FunctionProcess {
  /** Throws what the handler threw, or that the process ended or was too slow. */
  invoke(event: unknown): Promise<unknown>;
  /** Lines that it wrote, those that are JSON parsed. */
  readonly lines: unknown[];
  stop(): Promise<void>;
}

export interface FunctionOptions {
  /** The function's asset, unpacked. */
  readonly task: string;
  /** The layer, unpacked as `/opt`. */
  readonly layer: string;
  /** As the template names it: `index.handler`. */
  readonly handler: string;
  /** All of it: nothing comes from the process that tests. */
  readonly environment: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
}

interface Call {
  readonly id: string;
  readonly body: string;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

const BOOTSTRAP = join(import.meta.dirname, 'bootstrap.cjs');

/** A Lambda Runtime API on loopback, and the process that asks it for events. */
export async function startFunction(options: FunctionOptions): Promise<FunctionProcess> {
  const waiting: Call[] = [];
  const lines: unknown[] = [];
  let running: Call | undefined;
  let ready: ServerResponse | undefined;
  const give = () => {
    if (ready === undefined || running !== undefined || waiting.length === 0) return;
    running = waiting.shift()!;
    ready.writeHead(200, {
      'lambda-runtime-aws-request-id': running.id,
      'lambda-runtime-deadline-ms': String(Date.now() + options.timeout),
    });
    ready.end(running.body);
    ready = undefined;
  };
  const failAll = (reason: string) => {
    for (const call of [...(running ? [running] : []), ...waiting.splice(0)]) call.reject(new Error(reason));
    running = undefined;
  };
  const server = createServer(async (asked, answer) => {
    if (asked.url!.endsWith('/invocation/next')) {
      ready = answer;
      return give();
    }
    const body = await textOf(asked);
    const call = running;
    running = undefined;
    answer.writeHead(202).end();
    if (asked.url!.endsWith('/init/error')) {
      lines.push(body);
      failAll(`init: ${body}`);
    }
    if (asked.url!.endsWith('/response')) call?.resolve(JSON.parse(body));
    else call?.reject(new Error(JSON.parse(body).errorMessage));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const child = start(options, (server.address() as AddressInfo).port, lines);
  child.once('exit', (code, signal) => failAll(`the process ended: ${code ?? signal}`));
  return {
    lines,
    invoke: (event) =>
      new Promise((resolve, reject) => {
        if (child.exitCode !== null) return reject(new Error(`the process ended: ${child.exitCode}`));
        waiting.push({ id: randomUUID(), body: JSON.stringify(event), resolve, reject });
        give();
      }),
    stop: async () => {
      const ended = child.exitCode === null && new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function start(
  { task, layer, handler, environment }: FunctionOptions,
  port: number,
  lines: unknown[],
): ChildProcess {
  const env = {
    ...environment,
    NODE_PATH: join(layer, 'nodejs/node_modules'),
    AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    LAMBDA_TASK_ROOT: task,
    _HANDLER: handler,
    TZ: ':UTC',
  };
  const child = spawn(process.execPath, [BOOTSTRAP], { cwd: task, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let rest = '';
  const take = (chunk: Buffer) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const part of parts) lines.push(parsed(part));
  };
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  return child;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // A line that is not ours: kept as it is.
    return line;
  }
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
