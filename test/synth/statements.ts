import { everyResource, list, plain, type Resource, type Templates } from './synthesized.ts';

/** A statement of a policy, written out. */
export interface Statement {
  readonly effect: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `StringLike s3:prefix live/*`, … */
  readonly conditions: readonly string[];
  /** Who, in policies of resources. */
  readonly principals: readonly string[];
}

const DATA = /^arn:<AWS::Partition>:s3:::backbone-data-<AWS::AccountId>-eu-west-1/;
const OBSERVABILITY = /^arn:<AWS::Partition>:s3:::backbone-observability-<AWS::AccountId>-eu-west-1/;

/** Statements of the roles by role, in the order in which the template has them. */
export function roleStatements(all: Templates): ReadonlyMap<string, Statement[]> {
  const policies = everyResource(all, 'AWS::IAM::Policy').map(([, { Properties }]) => {
    const roles = (Properties.Roles as unknown[]).map(plain);
    if (roles.length !== 1) throw new Error(`a policy of ${roles}`);
    return [roles[0]!.slice(1, -1), statementsOf(Properties.PolicyDocument)] as const;
  });
  return new Map(policies);
}

/** Statements of the policies of buckets, queues and topics. */
export function resourceStatements(all: Templates): [string, Statement][] {
  const types = ['AWS::S3::BucketPolicy', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy'];
  return types.flatMap((type) =>
    everyResource(all, type).flatMap(([path, { Properties }]: [string, Resource]) =>
      statementsOf(Properties.PolicyDocument).map((statement): [string, Statement] => [path, statement]),
    ),
  );
}

// biome-ignore lint/suspicious/noExplicitAny: a policy is JSON of many shapes
function statementsOf(document: any): Statement[] {
  return document.Statement.map(
    // biome-ignore lint/suspicious/noExplicitAny: as above
    ({ Effect, Action, Resource, Condition = {}, Principal = {} }: any): Statement => ({
      effect: Effect,
      actions: list(Action).map(String).sort(),
      resources: list(Resource).map(plain).map(shortened).sort(),
      conditions: Object.entries(Condition as Record<string, Record<string, unknown>>).flatMap(
        ([operator, tests]) =>
          Object.entries(tests).map(
            ([key, values]) => `${operator} ${key} ${list(values).map(plain).sort().join(' ')}`,
          ),
      ),
      principals: Object.values(typeof Principal === 'string' ? [Principal] : Principal)
        .flatMap(list)
        .map(plain),
    }),
  );
}

function shortened(arn: string): string {
  return arn
    .replace(DATA, 'data')
    .replace(OBSERVABILITY, 'observability')
    .replace('arn:<AWS::Partition>:s3:::', '');
}
