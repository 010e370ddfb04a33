import { ROOT } from '@sgraph-backbone/layer/store';
import { Aws } from 'aws-cdk-lib';
import type { AppSettings } from './settings.ts';

/** Where the data and the log objects lie. Names are known before anything is made, so that no stack exports them. */
export interface Places {
  readonly dataBucket: string;
  /** In front of every key of the data, with its slash: `cache/`, `sites/main/admin/`. */
  readonly dataFolder: string;
  readonly observabilityBucket: string;
  /** `BACKBONE_STORE` of the functions. */
  readonly storeUrl: string;
}

/** The places as a stack in the region of the data sees them; in another region, that region has to be given. */
export function placesOf(settings: AppSettings): Places {
  const where = `${Aws.ACCOUNT_ID}-${settings.BACKBONE_REGION ?? Aws.REGION}`;
  const dataBucket = settings.BACKBONE_EXISTING_DATA_BUCKET ?? `${settings.BACKBONE_NAME}-data-${where}`;
  const observabilityBucket = `${settings.BACKBONE_NAME}-observability-${where}`;
  const prefix = settings.BACKBONE_DATA_PREFIX === '' ? '' : `${settings.BACKBONE_DATA_PREFIX}/`;
  const isDefaultRoot = `${settings.BACKBONE_ROOT}/` === ROOT;
  const root = isDefaultRoot ? '' : `&root=${settings.BACKBONE_ROOT}`;
  const data = prefix === '' ? dataBucket : `${dataBucket}/${settings.BACKBONE_DATA_PREFIX}`;
  return {
    dataBucket,
    dataFolder: `${prefix}${settings.BACKBONE_ROOT}/`,
    observabilityBucket,
    storeUrl: `s3://${data}?observability=${observabilityBucket}${root}`,
  };
}

/** ARN of a bucket of this partition. */
export function bucketArn(bucket: string): string {
  return `arn:${Aws.PARTITION}:s3:::${bucket}`;
}
