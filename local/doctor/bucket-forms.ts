import type { LifecycleRule } from '@aws-sdk/client-s3';

export type BucketLifecycleRule = LifecycleRule;

/** A statement of a bucket policy, as far as it is looked at. */
export interface BucketPolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: string | Readonly<Record<string, string | string[]>>;
  readonly Action?: string | string[];
  readonly Resource?: string | string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** Where a rule applies; a rule by tags alone could apply to anything. */
export function prefixOf({ Filter, Prefix }: LifecycleRule): string {
  return Filter?.Prefix ?? Filter?.And?.Prefix ?? Prefix ?? '';
}

/** Rules in force that apply to everything below a folder. */
export function rulesOver(rules: readonly LifecycleRule[], folder: string): LifecycleRule[] {
  return rules.filter((rule) => rule.Status === 'Enabled' && folder.startsWith(prefixOf(rule)));
}

/** The days after which objects of a folder expire. */
export function expiryOf(rules: readonly LifecycleRule[], folder: string): number | undefined {
  const days = rulesOver(rules, folder).flatMap(({ Expiration }) => Expiration?.Days ?? []);
  return days.length === 0 ? undefined : Math.min(...days);
}

/** Whether a rule takes current objects away, or moves them to where reading costs or fails. */
export function takesObjects({ Expiration, Transitions = [] }: LifecycleRule): boolean {
  return Expiration?.Days !== undefined || Expiration?.Date !== undefined || Transitions.length > 0;
}

/** Denies everything without TLS, for the bucket's objects. */
export function requiresTls(statements: readonly BucketPolicyStatement[], bucket: string): boolean {
  return statements.some(
    ({ Effect, Action, Resource, Condition }) =>
      Effect === 'Deny' &&
      listed(Action).includes('s3:*') &&
      listed(Resource).some((arn) => arn.endsWith(`:::${bucket}/*`) || arn === '*') &&
      String(Condition?.Bool?.['aws:SecureTransport']) === 'false',
  );
}

/** The statement by which AWS's log delivery writes. */
export function deliveryOf(statements: readonly BucketPolicyStatement[]): BucketPolicyStatement | undefined {
  return statements.find(
    ({ Effect, Principal }) =>
      Effect === 'Allow' &&
      typeof Principal === 'object' &&
      listed(Principal.Service).includes('delivery.logs.amazonaws.com'),
  );
}

/** One or many, as policies let both stand. */
export function listed<T>(value: T | readonly T[] | undefined): readonly T[] {
  return value === undefined ? [] : ([value].flat() as T[]);
}
