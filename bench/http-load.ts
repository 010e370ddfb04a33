import { connect, type Socket } from 'node:net';

/** A request as it is sent, again and again. */
export interface LoadRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

export interface Load {
  readonly requests: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
}

/** Asks with so many kept-alive connections for so long; a client that did more would be what is measured. */
export async function load(
  url: string,
  { clients, seconds }: { readonly clients: number; readonly seconds: number },
  next: (number: number) => LoadRequest,
): Promise<Load> {
  const [times, begun] = [[] as number[], performance.now()];
  let number = 0;
  const client = async () => {
    const connection = await open(url);
    while (performance.now() - begun < seconds * 1000) {
      const before = performance.now();
      await connection.ask(next(number++));
      times.push(performance.now() - before);
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: clients }, client));
  const perSecond = times.length / ((performance.now() - begun) / 1000);
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { requests: times.length, perSecond, median: at(0.5), p99: at(0.99) };
}

/** Asks once; answers the body. Throws for any status but those of success. */
export async function askOnce(url: string, request: LoadRequest): Promise<string> {
  const connection = await open(url);
  const answer = await connection.ask(request);
  connection.close();
  return answer;
}

interface Connection {
  ask(request: LoadRequest): Promise<string>;
  close(): void;
}

async function open(url: string): Promise<Connection> {
  const { hostname, port, host } = new URL(url);
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  let received: Buffer = Buffer.alloc(0);
  let waiting: { resolve(body: string): void; reject(error: Error): void } | undefined;
  socket.on('data', (bytes: Buffer) => {
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
    const answer = answerIn(received);
    if (answer === undefined) return;
    received = Buffer.alloc(0);
    const { resolve, reject } = waiting!;
    if (answer.status.startsWith('20')) resolve(answer.body);
    else reject(new Error(`${answer.status}: ${answer.body.slice(0, 300)}`));
  });
  socket.on('error', (error) => waiting?.reject(error));
  return {
    ask: ({ method, path, body = '' }) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        const told =
          body === ''
            ? ''
            : `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n`;
        socket.write(
          `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nx-api-key: bench-key\r\n${told}\r\n${body}`,
        );
      }),
    close: () => socket.destroy(),
  };
}

/** A whole answer with a content length; `undefined` until it is there. */
function answerIn(bytes: Buffer): { status: string; body: string } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  if (bytes.length < end + 4 + length) return undefined;
  return { status: head.slice(9, 12), body: bytes.toString('utf8', end + 4, end + 4 + length) };
}
