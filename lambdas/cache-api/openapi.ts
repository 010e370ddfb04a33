import { COMPONENTS } from './components.ts';
import type { CacheRoute } from './route.ts';

/** OpenAPI 3.1, made of the routes that answer, so that none is missing. */
export function cacheOpenApi(routes: readonly CacheRoute[], version: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = `/cache${route.path.replaceAll('+}', '}')}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'SGraph Backbone: cache service', version, description: ABOUT },
    servers: [{ url: '/' }],
    security: [{ key: [] }, { bearer: [] }],
    paths,
    components: { schemas: COMPONENTS, securitySchemes: SECURITY },
  };
}

const ABOUT =
  'Entries by id and by the hash of a human value, in namespaces, with child files and zips. ' +
  'The wire of the MGraph-AI Cache Service; docs/cache.md lists what differs.';

const SECURITY = {
  key: { type: 'apiKey', in: 'header', name: 'x-api-key' },
  bearer: { type: 'http', scheme: 'bearer' },
};

function operation(route: CacheRoute) {
  return {
    operationId: [route.method.toLowerCase(), ...(route.path.match(/\w+/g) ?? [])].join('_'),
    summary: route.summary,
    ...(route.access === 'public' ? { security: [] } : { 'x-scope': scopeOf(route) }),
    parameters: [
      ...pathParameters(route.path),
      ...(route.query ?? []).map(queryParameter),
      ...conditions(route),
    ],
    ...(route.body === undefined ? {} : { requestBody: { content: BODIES[route.body] } }),
    responses: {
      200: { description: 'OK', content: answerContent(route.answer) },
      default: { description: 'Anything else', content: answerContent('Refused') },
    },
  };
}

function scopeOf({ access, path }: CacheRoute): string {
  if (path.startsWith('/admin/storage/')) return 'cache:<first folder of the path>';
  return access === 'known' ? 'any key' : 'cache:<namespace>';
}

function pathParameters(path: string) {
  return [...path.matchAll(/\{(\w+)(\+?)\}/g)].map(([, name, greedy]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...(greedy === '+' ? { description: 'May contain slashes.' } : {}),
  }));
}

const QUERY: Readonly<Record<string, { readonly description: string; readonly schema: object }>> = {
  file_id: { description: 'Name of the file; without it, the new cache id', schema: { type: 'string' } },
  json_field_path: { description: 'Field whose value is hashed: user.id', schema: { type: 'string' } },
  ttl_hours: {
    description: 'Hours until it expires; without it, as the namespace has it',
    schema: { type: 'number' },
  },
  limit: { description: 'Rows of a page', schema: { type: 'integer', minimum: 1, maximum: 10_000 } },
  cursor: { description: 'The x-next-cursor of the last answer', schema: { type: 'string' } },
  recursive: { description: 'Folders below it, too', schema: { type: 'boolean' } },
  return_full_path: { description: 'Paths from the namespace on, not names', schema: { type: 'boolean' } },
};

function queryParameter(name: string) {
  return { name, in: 'query', required: false, ...QUERY[name] };
}

function conditions({ method, path }: CacheRoute) {
  const schema = { type: 'string' };
  if (method === 'GET') {
    return path.includes('/retrieve/') ? [{ name: 'If-None-Match', in: 'header', schema }] : [];
  }
  if (/\/(?:update|delete)\/\{cache_id\}/.test(path)) return [{ name: 'If-Match', in: 'header', schema }];
  return path.includes('/store/') ? [{ name: 'If-None-Match', in: 'header', schema: { const: '*' } }] : [];
}

function answerContent(answer: string) {
  return answer.includes('/')
    ? { [answer]: {} }
    : { 'application/json': { schema: { $ref: `#/components/schemas/${answer}` } } };
}

const OBJECT = { 'application/json': { schema: { type: 'object' } } };
const BODIES = {
  string: {
    'application/json': { schema: { type: 'string' } },
    'text/plain': { schema: { type: 'string' } },
  },
  json: OBJECT,
  binary: { 'application/octet-stream': {} },
  zip: { 'application/zip': {} },
  operations: { 'application/json': { schema: { $ref: '#/components/schemas/ZipOperations' } } },
  cookie: {
    'application/json': { schema: { type: 'object', properties: { cookie_value: { type: 'string' } } } },
  },
};
