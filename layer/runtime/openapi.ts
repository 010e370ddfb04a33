import * as z from 'zod';
import { type RequiredScope, SCOPES } from './keys.ts';
import type { Route } from './route.ts';
import { BODY_LIMIT } from './route-input.ts';

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
    ...errorResponses(route),
    default: { description: 'Anything else', content: json({ $ref: '#/components/schemas/Error' }) },
  };
}

/** It comes from the gateway, which does not know our form. */
const TOO_MANY = {
  description: 'On AWS: more requests at once than the API is set up for; ask again',
  content: json({ type: 'object', properties: { message: { type: 'string' } } }),
};

/** What a route answers by being as it is, then what it declares. */
function errorResponses(route: Route) {
  const told: Told = {
    400: 'Something that was sent has another form than is accepted: the message says which, and the form',
    ...(route.scope === 'public' ? {} : refusals(route.scope)),
    ...(route.conditional ? CONDITIONS : {}),
    ...(route.body === undefined ? {} : bodyErrors(route)),
    ...route.errors,
  };
  const content = json({ $ref: '#/components/schemas/Error' });
  const ours = Object.entries(told).map(([status, description]) => [status, { description, content }]);
  return { ...Object.fromEntries(ours), 429: TOO_MANY };
}

type Told = Readonly<Record<number, string>>;

const CONDITIONS: Told = { 412: 'It changed since it was read', 428: 'If-Match is missing' };

function bodyErrors({ readers = {} }: Route): Told {
  const types = ['application/json', ...Object.keys(readers)].join(', ');
  return {
    413: `The body is larger than ${BODY_LIMIT} bytes`,
    415: `The body is compressed, or its type is not among ${types}`,
  };
}

function refusals(scope: RequiredScope): Told {
  const unknown = { 401: 'No key, or one that is not known' };
  return scope === 'any'
    ? unknown
    : { ...unknown, 403: `The key lacks the scope ${scope} (${SCOPES[scope]})` };
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
