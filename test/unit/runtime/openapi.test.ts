import { expect, test } from '@jest/globals';
import { openApi, route, schema as z } from '@sgraph-backbone/layer/runtime';

const list = route({
  method: 'GET',
  path: '/api/things/{path+}',
  scope: 'cache:read',
  summary: 'Things',
  query: z.object({
    limit: z.string().default('20').transform(Number).meta({ description: 'how many' }),
    sort: z.enum(['name', 'size']),
  }),
  answer: z.object({ things: z.array(z.string()), next: z.string().nullable() }),
  csv: ({ things }) => ({ columns: ['thing'], rows: things.map((thing) => [thing]) }),
  handle: async () => ({ answer: { things: [], next: null } }),
});
const put = route({
  method: 'PUT',
  path: '/api/things/{path+}',
  scope: 'public',
  summary: 'Write a thing',
  conditional: true,
  errors: { 410: 'It is gone' },
  body: z.strictObject({ name: z.string() }),
  answer: z.object({}),
  handle: async () => ({ answer: {} }),
});
const reference = openApi([list, put], { title: 'T', version: '1', description: 'D' });
const { get, put: write } = reference.paths['/api/things/{path}'] as Record<string, Record<string, unknown>>;

test('two methods of one path stand together, and a greedy parameter is an ordinary one', () => {
  expect(get).toMatchObject({ operationId: 'get_things_path', summary: 'Things' });
  expect(write).toMatchObject({ operationId: 'put_things_path' });
});

test('parameters come from the schemas that check them, CSV included', () => {
  expect(get?.parameters).toEqual([
    {
      name: 'path',
      in: 'path',
      required: true,
      schema: { type: 'string' },
      description: 'May contain slashes.',
    },
    {
      name: 'limit',
      in: 'query',
      required: false,
      description: 'how many',
      schema: { type: 'string', default: '20' },
    },
    { name: 'sort', in: 'query', required: true, schema: { type: 'string', enum: ['name', 'size'] } },
    {
      name: 'format',
      in: 'query',
      required: false,
      description: 'or Accept: text/csv',
      schema: { type: 'string', enum: ['json', 'csv'] },
    },
  ]);
});

test('the missing scope is told, and a public route asks for no key', () => {
  expect(get).toMatchObject({
    'x-scope': 'cache:read',
    responses: { 403: { description: expect.stringContaining('cache:read') } },
  });
  expect(write).toMatchObject({ security: [] });
});

test('errors are listed by what a route is and by what it declares', () => {
  expect(Object.keys(get?.responses as object)).toEqual([
    '200',
    '304',
    '400',
    '401',
    '403',
    '429',
    'default',
  ]);
  expect(Object.keys(write?.responses as object)).toEqual([
    '200',
    '400',
    '410',
    '412',
    '413',
    '415',
    '428',
    '429',
    'default',
  ]);
  expect(write?.responses).toMatchObject({
    410: { description: 'It is gone' },
    413: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
  });
});

test('answers and bodies are JSON schemas, errors have one form', () => {
  const responses = get?.responses as Record<string, { content: Record<string, { schema: object }> }>;
  expect(Object.keys(responses[200]!.content)).toEqual(['application/json', 'text/csv']);
  expect(responses[200]!.content['application/json']!.schema).toMatchObject({
    type: 'object',
    properties: { things: { type: 'array', items: { type: 'string' } } },
  });
  expect(write?.requestBody).toMatchObject({
    content: { 'application/json': { schema: { required: ['name'], additionalProperties: false } } },
  });
  expect(JSON.stringify(reference)).toContain('#/components/schemas/Error');
});
