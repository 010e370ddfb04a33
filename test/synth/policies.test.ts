import { describe, expect, test } from '@jest/globals';
import { DENIED, type Rights, ROLES } from './role-table.ts';
import { resourceStatements, roleStatements, type Statement } from './statements.ts';
import { EVERYTHING, templates } from './synthesized.ts';

const all = templates(EVERYTHING);
const roles = roleStatements(all);

/** Every action that anything of ours may name: one that is not spelt so does nothing, and no validator says so. */
const KNOWN_ACTIONS = [
  'ce:GetCostAndUsage',
  'lambda:InvokeFunction',
  'logs:CreateLogStream',
  'logs:PutLogEvents',
  's3:AbortMultipartUpload',
  's3:DeleteObject',
  's3:GetObject',
  's3:ListBucket',
  's3:PutObject',
  'secretsmanager:GetSecretValue',
  'sns:Publish',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:ReceiveMessage',
  'sqs:SendMessage',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];
/** Traces belong to no resource, and costs to the account. */
const TRACES = ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'];
const ON_EVERYTHING = ['ce:GetCostAndUsage', ...TRACES];

describe('the role', () => {
  test('table names every role', () => {
    expect([...roles.keys()].sort()).toEqual(Object.keys(ROLES).sort());
  });

  test.each(Object.keys(ROLES))('%s may do this and nothing else', (role) => {
    const allowed = roles.get(role)!.filter(({ effect }) => effect === 'Allow');
    expect(rightsOf(allowed)).toEqual(complete(role, ROLES[role]!));
    const denied = rightsOf(roles.get(role)!.filter(({ effect }) => effect === 'Deny'));
    // What may not be written may not be begun either.
    const { 's3:AbortMultipartUpload': begun, ...others } = denied;
    expect(others).toEqual(DENIED[role] ?? {});
    expect(begun).toEqual(DENIED[role]?.['s3:PutObject']);
  });

  test('is allowed things by exact actions that exist, on resources that it names', () => {
    for (const [role, statements] of roles)
      for (const { effect, actions, resources } of statements) {
        if (effect === 'Deny') {
          expect(Object.keys(DENIED)).toContain(role);
          continue;
        }
        expect([role, effect]).toEqual([role, 'Allow']);
        for (const action of actions) expect(KNOWN_ACTIONS).toContain(action);
        if (resources.includes('*')) expect(ON_EVERYTHING).toEqual(expect.arrayContaining([...actions]));
        for (const resource of resources.filter((one) => one !== '*'))
          expect(resource).toMatch(/^[^*]+(\/\*)?$/);
      }
  });

  test('lists nothing without naming a prefix', () => {
    const listing = [...roles.values()].flat().filter(({ actions }) => actions.includes('s3:ListBucket'));
    expect(listing.length).toBeGreaterThan(7);
    for (const { actions, conditions } of listing) {
      expect(actions).toEqual(['s3:ListBucket']);
      expect(conditions).toEqual([expect.stringMatching(/^StringLike s3:prefix (\S+\/\*( |$))+$/)]);
    }
  });

  test('lists the folder of a source whose prefix ends within a name, and reads below the prefix alone', () => {
    const sources = '[{"bucket":"older-logs","prefix":"cdn/E1."},{"bucket":"all-logs"}]';
    const ingest = rightsOf(
      roleStatements(templates({ ...EVERYTHING, BACKBONE_SOURCE_BUCKETS: sources })).get('IngestRole')!,
    );
    expect(ingest['s3:GetObject']).toEqual(expect.arrayContaining(['older-logs/cdn/E1.*', 'all-logs/*']));
    expect(ingest['s3:ListBucket']).toEqual(expect.arrayContaining(['older-logs/cdn/*', 'all-logs']));
  });

  test('has policies that IAM takes: at most 10,240 characters', () => {
    for (const [role, statements] of roles) {
      // With the longest name that a bucket can have.
      const text = JSON.stringify(statements).replaceAll(
        /"(data|observability)/g,
        `"arn:aws:s3:::${'b'.repeat(63)}`,
      );
      const size = text.length;
      expect([role, size < 10_240]).toEqual([role, true]);
    }
  });
});

describe('the policy of a resource', () => {
  const statements = resourceStatements(all);
  const allowed = statements.filter(([, { effect }]) => effect === 'Allow');

  test('denies whatever comes without TLS, for every bucket, queue and topic', () => {
    const denied = statements.filter(
      ([, { effect, conditions, principals }]) =>
        [effect, ...conditions, ...principals].join() === 'Deny,Bool aws:SecureTransport false,*',
    );
    // Three buckets, thirteen queues, a topic.
    expect(new Set(denied.map(([path]) => path)).size).toBe(17);
  });

  test('allows services of AWS alone, and those for one source', () => {
    for (const [path, { principals, conditions, actions }] of allowed) {
      for (const principal of principals)
        expect([path, principal]).toEqual([path, expect.stringMatching(/\.amazonaws\.com$/)]);
      expect([path, conditions.join()]).toEqual([path, expect.stringMatching(/aws:SourceA|AWS:SourceArn/i)]);
      for (const action of actions) expect([...KNOWN_ACTIONS, 'sqs:GetQueueUrl']).toContain(action);
    }
  });

  test('lets log delivery write below live/, from these distributions of this account', () => {
    const [, delivery] = allowed.find(([, { principals }]) =>
      principals.includes('delivery.logs.amazonaws.com'),
    )!;
    const source = 'arn:<AWS::Partition>:logs:us-east-1:<AWS::AccountId>:delivery-source:backbone-';
    expect(delivery).toEqual({
      effect: 'Allow',
      actions: ['s3:PutObject'],
      resources: ['observability/live/*'],
      principals: ['delivery.logs.amazonaws.com'],
      conditions: [
        'StringEquals s3:x-amz-acl bucket-owner-full-control',
        'StringEquals aws:SourceAccount <AWS::AccountId>',
        `ArnLike aws:SourceArn ${source}E1ABCDEFGHIJKL ${source}E2ABCDEFGHIJKL`,
      ],
    });
  });
});

/** Resources by action; a listing as the prefixes that it is allowed for. */
function rightsOf(statements: readonly Statement[]): Rights {
  const rights = new Map<string, string[]>();
  for (const { actions, resources, conditions } of statements)
    for (const action of actions)
      rights.set(action, [...(rights.get(action) ?? []), ...listed(resources, conditions)].sort());
  return Object.fromEntries(rights);
}

function listed(resources: readonly string[], conditions: readonly string[]): string[] {
  if (conditions.length === 0) return [...resources];
  const prefixes = conditions[0]!.replace('StringLike s3:prefix ', '').split(' ');
  return prefixes.map((prefix) => `${resources[0]}/${prefix}`);
}

/** What follows from the table: listing what is read, giving up what is written, logs and traces. */
function complete(role: string, rights: Rights): Rights {
  const log = [`<${role.replace(/Role$/, 'Log')}.Arn>`];
  const traces = Object.fromEntries(TRACES.map((action) => [action, ['*']]));
  const logs = { 'logs:CreateLogStream': log, 'logs:PutLogEvents': log };
  // It starts a function and is none.
  if (role === 'CostScheduleRole') return rights;
  if (role === 'PageFilesRole') return { ...rights, ...logs, ...traces };
  const [read, written] = [rights['s3:GetObject']!, rights['s3:PutObject']!];
  return { ...rights, 's3:ListBucket': read, 's3:AbortMultipartUpload': written, ...logs, ...traces };
}
