import * as z from 'zod';
import { type RequiredScope, SCOPES } from './keys.ts';
import type { Route } from './route.ts';

export interface OpenApiOptions {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

/** OpenAPI 3.1, made of the same schemas that check the requests, so that it can't be out of date. */
export function openApi(routes: readonly Route[], info: OpenApiOptions) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll('+}', '}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    security: [{ key: [] }, { bearer: [] }],
    paths,
    components: { schemas: { Error: ERROR }, securitySchemes: SECURITY },
  };
}

const SECURITY = {
  key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
  bearer: { type: 'http', scheme: 'bearer' },
};

const ERROR = schemaOf(
  z.object({
    error: z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) }),
  }),
  'output',
);

function operation(route: Route) {
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.scope === 'public' ? { security: [] } : { 'x-scope': route.scope }),
    parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)],
    ...(route.body === undefined
      ? {}
      : { requestBody: { content: { ...json(schemaOf(route.body, 'input')), ...texts(route) } } }),
    responses: responses(route),
  };
}

function texts({ readers = {} }: Route) {
  return Object.fromEntries(Object.keys(readers).map((type) => [type, { schema: { type: 'string' } }]));
}

function operationId(route: Route): string {
  const words = route.path.replace(/^\/api\//, '').match(/\w+/g) ?? [];
  return [route.method.toLowerCase(), ...words].join('_');
}

function responses(route: Route) {
  const csv = route.csv === undefined ? {} : { 'text/csv': { schema: { type: 'string' } } };
  return {
    [route.status ?? 200]: {
      description: 'OK',
      content: { ...json(schemaOf(route.answer, 'output')), ...csv },
    },
    ...(route.method === 'GET' ? { 304: { description: 'Unchanged since the ETag in If-None-Match' } } : {}),
    ...(route.scope === 'public' ? {} : refusals(route.scope)),
    ...(route.conditional ? conditions() : {}),
    default: { description: 'Anything else', content: json({ $ref: '#/components/schemas/Error' }) },
  };
}

function conditions() {
  const content = json({ $ref: '#/components/schemas/Error' });
  return {
    412: { description: 'It changed since it was read', content },
    428: { description: 'If-Match is missing', content },
  };
}

function refusals(scope: RequiredScope) {
  const content = json({ $ref: '#/components/schemas/Error' });
  const unknown = { 401: { description: 'No key, or one that is not known', content } };
  if (scope === 'any') return unknown;
  return { ...unknown, 403: { description: `The key lacks the scope ${scope} (${SCOPES[scope]})`, content } };
}

function pathParameters(route: Route) {
  const names = [...route.path.matchAll(/\{(\w+)(\+?)\}/g)];
  return names.map(([, name, greedy]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...(greedy === '+' ? { description: 'May contain slashes.' } : {}),
  }));
}

function headerParameters({ conditional }: Route) {
  const description = 'ETag of what the change was made from; * takes whatever is there';
  const schema = { type: 'string' };
  return conditional ? [{ name: 'If-Match', in: 'header', required: true, description, schema }] : [];
}

function queryParameters(route: Route) {
  const { properties = {}, required = [] } = route.query === undefined ? {} : schemaOf(route.query, 'input');
  const format = { type: 'string', enum: ['json', 'csv'], description: 'or Accept: text/csv' };
  const all = { ...properties, ...(route.csv === undefined ? {} : { format }) };
  return Object.entries(all).map(([name, schema]) => {
    const { description, ...rest } = schema as { description?: string };
    return { name, in: 'query', required: required.includes(name), description, schema: rest };
  });
}

function json(schema: object) {
  return { 'application/json': { schema } };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output') {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return rest;
}
