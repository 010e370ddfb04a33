import { HttpError, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import { type Command, type Operation, operationAnswer } from '../../corrections/operations.ts';
import { actorOf, forgetTarget } from './correction-routes.ts';

/** Where commands wait that take longer than a request may. */
export interface Operations {
  /** Returns when the command will be run, whatever happens to this process. */
  begin(command: Command, request: Readonly<Record<string, unknown>>, actor: string): Promise<Operation>;
  read(id: string): Promise<Operation | undefined>;
}

const COMMAND_OF: Readonly<Record<string, Command>> = {
  '/api/sa/cloudfront/ingest': 'ingest',
  '/api/sa/cloudfront/consolidate': 'consolidate',
  '/api/sa/cloudfront/aggregate': 'aggregate',
  '/api/sa/cloudfront/archive': 'archive',
  '/api/sa/forget': 'forget',
  '/api/sa/reprocess': 'reprocess',
  '/api/sa/settle': 'settle',
};

const accepted = z.object({ operation_id: z.string(), state: z.enum(['waiting']) });

/** The routes with their commands behind the queue: these answer 202 and the id under which the answer will be. */
export function queuedRoutes(routes: readonly Route[], operations: Operations): Route[] {
  return [...routes.map((other) => queued(other, operations)), operationRoute(operations)];
}

function queued(here: Route, operations: Operations): Route {
  const command = COMMAND_OF[here.path];
  if (here.method !== 'POST' || command === undefined) return here;
  return {
    ...here,
    answer: accepted,
    handle: async ({ body, key }) => {
      if (command === 'forget') forgetTarget(body as Parameters<typeof forgetTarget>[0]);
      const request = body as Readonly<Record<string, unknown>>;
      const { operation_id } = await operations.begin(command, request, actorOf(key));
      return { status: 202, answer: { operation_id, state: 'waiting' } };
    },
  };
}

function operationRoute(operations: Operations): Route {
  return route({
    method: 'GET',
    path: '/api/sa/operations/{id}',
    scope: 'pipeline:read',
    summary: 'How far a command is that was answered with 202, and what it answered',
    errors: { 404: 'There is no such operation' },
    answer: operationAnswer,
    handle: async ({ path }) => {
      const operation = await operations.read(path.id);
      if (operation !== undefined) return { answer: operation };
      throw new HttpError(404, 'not_found', `there is no operation ${JSON.stringify(path.id)}`);
    },
  });
}
