import { keyBasedPath } from '@sgraph-backbone/layer/cache';
import { schema as z } from '@sgraph-backbone/layer/runtime';
import {
  compareAndSet,
  NAMESPACES,
  type ObjectStore,
  readJson,
  writeJson,
} from '@sgraph-backbone/layer/store';

/** Commands that may take longer than a request waits. */
export const COMMANDS = [
  'ingest',
  'consolidate',
  'aggregate',
  'archive',
  'forget',
  'reprocess',
  'settle',
  'collect-costs',
] as const;
export type Command = (typeof COMMANDS)[number];

const instant = z.int().meta({ description: 'epoch milliseconds' });

/** A command that runs behind the queue of corrections: what was asked, how far it is, what it answered. */
export const operationAnswer = z.object({
  operation_id: z.string(),
  command: z.enum(COMMANDS),
  /** As the command's own route takes it. */
  request: z.looseObject({}),
  /** Who the audit entry names. */
  actor: z.string(),
  state: z.enum(['waiting', 'running', 'done', 'failed']),
  /** What is done already; it is not done again. */
  progress: z.looseObject({}).nullable(),
  /** What the command's own route would have answered. */
  answer: z.looseObject({}).nullable(),
  error: z.string().nullable(),
  created: instant,
  updated: instant,
});
export type Operation = z.infer<typeof operationAnswer>;

const ID = /^[A-Za-z0-9-]{1,64}$/;

/** Folder of all operations. */
export function operationKey(id: string): string {
  return keyBasedPath(NAMESPACES.cloudfront.ledger, 'operations', id, 'json');
}

/** Writes down what somebody asked for; `id` is new. */
export async function beginOperation(
  data: ObjectStore,
  asked: Pick<Operation, 'operation_id' | 'command' | 'request' | 'actor'>,
  now: number,
): Promise<Operation> {
  const operation: Operation = {
    ...asked,
    state: 'waiting',
    progress: null,
    answer: null,
    error: null,
    created: now,
    updated: now,
  };
  await writeJson(data, operationKey(asked.operation_id), operation, { ifNoneMatch: '*' });
  return operation;
}

/** An operation as it stands; undefined when there never was one. */
export async function readOperation(data: ObjectStore, id: string): Promise<Operation | undefined> {
  return ID.test(id) ? (await readJson<Operation>(data, operationKey(id)))?.value : undefined;
}

/** Notes how far an operation is. What is done or has failed stays so. */
export async function noteOperation(
  data: ObjectStore,
  id: string,
  change: Partial<Pick<Operation, 'state' | 'progress' | 'answer' | 'error'>>,
  now: number,
): Promise<void> {
  await compareAndSet<Operation>(data, operationKey(id), (current) =>
    current === undefined || isOver(current) ? undefined : { ...current, ...change, updated: now },
  );
}

export function isOver({ state }: Operation): boolean {
  return state === 'done' || state === 'failed';
}
