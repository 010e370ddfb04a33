import type { BucketPlace } from '@sgraph-backbone/layer/drivers';
import { NAMESPACES, OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { type BucketLifecycleRule, expiryOf, prefixOf, rulesOver, takesObjects } from './bucket-forms.ts';
import { fault, fine, type Observation } from './observation.ts';

type Rules = readonly BucketLifecycleRule[];

const LIFECYCLE = 'lifecycle';
/** Days that a key of a day may live where the sweeper does not run. */
const DAY_KEY_DAYS = 4;

/** The data: rows of requests have an age, everything else stays. */
export function dataRulesSeen(
  { bucket, prefix }: BucketPlace,
  rules: Rules,
  days: number,
  isVersioned: boolean,
): Observation[] {
  const raw = [NAMESPACES.cloudfront.raw, NAMESPACES.analytics.raw].map((name) => `${prefix}${name}/`);
  const unexpired = raw.filter((folder) => expiryOf(rules, folder) !== days);
  const foreign = rules.filter(
    (rule) =>
      rule.Status === 'Enabled' &&
      takesObjects(rule) &&
      overlaps(prefixOf(rule), prefix) &&
      !raw.some((folder) => prefixOf(rule).startsWith(folder)),
  );
  const faults = [
    ...unexpired.map((folder) =>
      fault(
        LIFECYCLE,
        `${bucket}: ${folder} expires after ${expiryOf(rules, folder) ?? 'no'} days; expected are ${days}`,
        'rows of requests are promised to go, and BACKBONE_RAW_RETENTION_DAYS tells the functions how long they have them',
        `add a lifecycle rule that expires ${folder} after ${days} days, or say BACKBONE_RAW_RETENTION_DAYS`,
      ),
    ),
    ...foreign.map((rule) =>
      fault(
        LIFECYCLE,
        `${bucket}: the rule ${rule.ID ?? '(without a name)'} takes or moves objects below ${prefixOf(rule) || 'everything'}`,
        'ledger, half-hours and roll-ups are kept for ever: what is missing of them is counted wrongly',
        'limit the rule to another prefix',
      ),
    ),
    ...unfinishedUploads(bucket, rules, prefix),
    ...(isVersioned ? oldVersions(bucket, rules, prefix) : []),
  ];
  return faults.length > 0 ? faults : [fine(LIFECYCLE, `${bucket}: raw batches expire after ${days} days`)];
}

/** Log objects: all of them have an age, the identity secret has none. */
export function observabilityRulesSeen({ bucket, prefix }: BucketPlace, rules: Rules): Observation[] {
  const { live, refused, archive, secrets, days } = OBSERVABILITY;
  const kept = [live, refused, archive].filter((folder) => expiryOf(rules, prefix + folder) === undefined);
  const dayKeys = expiryOf(rules, prefix + days) ?? Number.POSITIVE_INFINITY;
  const faults = [
    ...kept.map((folder) =>
      fault(
        LIFECYCLE,
        `${bucket}: nothing deletes ${prefix}${folder}`,
        'delivered originals hold addresses',
        'deploy the data stack again',
      ),
    ),
    ...(dayKeys > DAY_KEY_DAYS
      ? [
          fault(
            LIFECYCLE,
            `${bucket}: nothing deletes ${prefix}${days} after ${DAY_KEY_DAYS} days`,
            'if the sweeper does not run, keys of days stay, and with them hashes can be traced to addresses',
            'deploy the data stack again',
          ),
        ]
      : []),
    ...(expiryOf(rules, prefix + secrets) === undefined
      ? []
      : [
          fault(
            LIFECYCLE,
            `${bucket}: a rule deletes ${prefix}${secrets}`,
            'without the identity secret every object is a new one: what comes again is counted twice',
            `limit the rule to ${prefix}${days}`,
          ),
        ]),
    ...unfinishedUploads(bucket, rules, prefix),
  ];
  if (faults.length > 0) return faults;
  return [fine(LIFECYCLE, `${bucket}: originals go after ${expiryOf(rules, prefix + archive)} days`)];
}

function unfinishedUploads(bucket: string, rules: Rules, prefix: string): Observation[] {
  const aborts = rulesOver(rules, prefix).some((rule) => rule.AbortIncompleteMultipartUpload !== undefined);
  const why = 'parts of uploads that were given up are billed for ever, and show in no listing';
  const remedy = 'add a lifecycle rule that aborts unfinished uploads after 7 days';
  return aborts ? [] : [fault(LIFECYCLE, `${bucket}: nothing aborts unfinished uploads`, why, remedy)];
}

function oldVersions(bucket: string, rules: Rules, prefix: string): Observation[] {
  const expire = rulesOver(rules, prefix).some((rule) => rule.NoncurrentVersionExpiration !== undefined);
  const why =
    'roll-ups are rewritten often: old versions soon cost more than the data, and what was deleted stays';
  const remedy = 'add a lifecycle rule that deletes noncurrent versions after 7 days';
  return expire ? [] : [fault(LIFECYCLE, `${bucket}: old versions stay for ever`, why, remedy)];
}

function overlaps(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
