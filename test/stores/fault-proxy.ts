import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { seededRandom } from './seeded-random.ts';

/** What happens to a request on its way. */
export type Fault =
  /** The server does what it is asked, and the answer is lost. */
  | 'drop'
  /** The answer breaks off in the middle of its body. */
  | 'cut'
  /** The server is not asked: "503 Slow Down". */
  | 'slow-down'
  /** The server is not asked: "403 Access Denied". */
  | 'forbid'
  /** The server is asked later. */
  | 'delay';

/** Shares of the requests, from 0 to 1, that meet each fault. */
export type FaultRates = Partial<Readonly<Record<Fault, number>>>;

/** An HTTP proxy on loopback whose faults can be changed while it runs. */
export interface FaultProxy {
  readonly url: string;
  /** Faults that requests have met. */
  readonly met: Record<Fault, number>;
  /** Decides by rates and a seed, or by a function of each request. */
  meet(faults: { readonly seed: number; readonly rates: FaultRates } | FaultOf): void;
  close(): Promise<void>;
}

/** A request as it comes by. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export type FaultOf = (asked: Asked) => Fault | undefined;

const LONGEST_DELAY_MS = 30;

/**
 * A proxy in front of a server; at first it meets no fault. Headers, and with them signatures, stay as they are.
 * `oneAtATime` is for servers whose requests are not atomic: they are asked one after the other.
 */
export async function faultProxy(
  target: string,
  { oneAtATime = false }: { readonly oneAtATime?: boolean } = {},
): Promise<FaultProxy> {
  const met: Record<Fault, number> = { drop: 0, cut: 0, 'slow-down': 0, forbid: 0, delay: 0 };
  let faultOf: FaultOf = () => undefined;
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(run: () => Promise<T>): Promise<T> => {
    const turn = oneAtATime ? last.then(run) : run();
    last = turn.catch(() => undefined);
    return turn;
  };
  const handle = async (asked: IncomingMessage, answer: ServerResponse) => {
    const body = await bodyOf(asked);
    const fault = faultOf({ method: asked.method!, path: asked.url!, headers: asked.headers });
    if (fault) met[fault]++;
    if (fault === 'slow-down') return refuse(answer, 503, 'SlowDown', 'Please reduce your request rate.');
    if (fault === 'forbid') return refuse(answer, 403, 'AccessDenied', 'Access Denied');
    if (fault === 'delay') await new Promise((resolve) => setTimeout(resolve, LONGEST_DELAY_MS));
    answerWith(answer, await inTurn(() => forward(target, asked, body)), fault);
  };
  const server = createServer((asked, answer) => {
    // Who asked may have been killed, and who is asked may have ended.
    handle(asked, answer).catch(() => answer.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    met,
    meet: (faults) => {
      faultOf = typeof faults === 'function' ? faults : byRates(faults);
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function byRates({ seed, rates }: { readonly seed: number; readonly rates: FaultRates }): FaultOf {
  const random = seededRandom(seed);
  return () => {
    let drawn = random();
    for (const [fault, rate] of Object.entries(rates) as [Fault, number][]) {
      if (drawn < rate) return fault;
      drawn -= rate;
    }
    return undefined;
  };
}

function refuse(answer: ServerResponse, status: number, code: string, message: string): void {
  answer.writeHead(status, { 'content-type': 'application/xml' });
  answer.end(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`);
}

interface Forwarded {
  readonly answered: IncomingMessage;
  readonly bytes: Buffer;
}

function forward(target: string, asked: IncomingMessage, body: Buffer): Promise<Forwarded> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(target);
    // The path as it was sent: a URL would take the dots out of keys such as `a/..`.
    const options = { hostname, port, path: asked.url, method: asked.method, headers: asked.headers };
    const forwarded = request(options, (answered) => {
      bodyOf(answered).then((bytes) => resolve({ answered, bytes }), reject);
    });
    forwarded.on('error', reject);
    forwarded.end(body);
  });
}

function answerWith(answer: ServerResponse, { answered, bytes }: Forwarded, fault: Fault | undefined): void {
  if (fault === 'drop') return void answer.destroy();
  answer.writeHead(answered.statusCode!, answered.headers);
  if (fault !== 'cut') return void answer.end(bytes);
  answer.write(bytes.subarray(0, bytes.length / 2), () => answer.destroy());
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}
