import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A question that Cost Explorer is asked, as it comes over the wire. */
export interface WireQuestion {
  readonly TimePeriod: { readonly Start: string; readonly End: string };
  readonly GroupBy: readonly { readonly Key: string }[];
  readonly NextPageToken?: string;
  readonly [member: string]: unknown;
}

/** What it answers: a status and a body, or nothing at all. */
export type WireAnswer = { readonly status: number; readonly body: unknown } | 'hang up';

export interface CostServer {
  readonly url: string;
  /** Every question, in order. */
  readonly questions: WireQuestion[];
  close(): Promise<void>;
}

const TARGET = 'AWSInsightsIndexService.GetCostAndUsage';

/** Cost Explorer on loopback: its JSON protocol, with answers from outside. */
export async function costServer(answer: (question: WireQuestion) => WireAnswer): Promise<CostServer> {
  const questions: WireQuestion[] = [];
  const handle = async (asked: IncomingMessage, response: ServerResponse) => {
    const question = JSON.parse(await bodyOf(asked)) as WireQuestion;
    if (asked.headers['x-amz-target'] !== TARGET || !asked.headers.authorization?.includes('/ce/'))
      return send(response, { status: 400, body: { __type: 'UnknownOperationException' } });
    questions.push(question);
    send(response, answer(question));
  };
  const server = createServer((asked, response) => {
    handle(asked, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    questions,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** Questions and answers in the order in which they come; the last answer to a question stands. */
export interface Exchange {
  /** Members that the question has to have; others don't matter. */
  readonly question: Readonly<Record<string, unknown>>;
  readonly answer: WireAnswer;
}

/** Answers from a golden file. A question that is not in it is refused as AWS refuses what it does not accept. */
export function fromExchanges(exchanges: readonly Exchange[]): (question: WireQuestion) => WireAnswer {
  const used = new Set<Exchange>();
  return (question) => {
    const fitting = exchanges.filter((exchange) => isPart(exchange.question, question));
    const next = fitting.find((exchange) => !used.has(exchange)) ?? fitting.at(-1);
    if (next === undefined)
      return { status: 400, body: { __type: 'ValidationException', message: 'not in the golden file' } };
    used.add(next);
    return next.answer;
  };
}

function isPart(part: unknown, whole: unknown): boolean {
  if (part === null) return whole === undefined || whole === null;
  if (typeof part !== 'object' || typeof whole !== 'object' || whole === null) return part === whole;
  if (Array.isArray(part) && part.length !== (whole as unknown[]).length) return false;
  return Object.entries(part).every(([name, member]) =>
    isPart(member, (whole as Record<string, unknown>)[name]),
  );
}

function send(response: ServerResponse, answer: WireAnswer): void {
  if (answer === 'hang up') return void response.destroy();
  response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify(answer.body));
}

async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
