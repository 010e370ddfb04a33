import { Annotations, CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { dataBucketChecklist } from './data-checklist.ts';
import { deliveryStatement } from './delivery-policy.ts';
import { dataRules, observabilityRules } from './lifecycle.ts';
import { type Places, placesOf } from './places.ts';
import type { AppSettings } from './settings.ts';

export interface DataStackProps extends StackProps {
  readonly settings: AppSettings;
}

/** Everything that can't be made again. Retained, and protected against being deleted. */
export class DataStack extends Stack {
  readonly places: Places;

  constructor(scope: Construct, id: string, { settings, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: true });
    this.places = placesOf(settings);
    if (settings.BACKBONE_EXISTING_DATA_BUCKET === undefined) this.dataBucket(settings);
    else Annotations.of(this).addInfoV2('backbone:existing-data-bucket', checklist(settings));
    this.observabilityBucket(settings);
    new CfnOutput(this, 'StoreUrl', { description: 'For --store', value: this.places.storeUrl });
  }

  private dataBucket(settings: AppSettings): void {
    const bucket = new Bucket(this, 'Data', {
      ...CLOSED,
      bucketName: this.places.dataBucket,
      // A net under mistakes, not a feature: old versions go after a week.
      versioned: true,
      lifecycleRules: dataRules(this.places.dataFolder, settings.BACKBONE_RAW_RETENTION_DAYS),
    });
    keepPolicy(bucket);
  }

  private observabilityBucket(settings: AppSettings): void {
    const bucket = new Bucket(this, 'Observability', {
      ...CLOSED,
      bucketName: this.places.observabilityBucket,
      // Never versioned: what is deleted here, keys of days above all, has to be gone.
      versioned: false,
      lifecycleRules: observabilityRules(settings.BACKBONE_ARCHIVE_RETENTION_DAYS),
    });
    // On the resource itself: CDK's own property would bring a function of its own that sets it.
    (bucket.node.defaultChild as CfnBucket).notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
    };
    const { BACKBONE_DISTRIBUTIONS: distributions } = settings;
    if (distributions.length > 0) bucket.addToResourcePolicy(deliveryStatement(settings, this.places));
    keepPolicy(bucket);
  }
}

/** The same for both: nobody but us, by TLS alone, and never deleted with the stack. */
const CLOSED = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  encryption: BucketEncryption.S3_MANAGED,
  enforceSSL: true,
  removalPolicy: RemovalPolicy.RETAIN,
} as const;

/** A bucket that outlives its stack stays closed to what has no TLS. */
function keepPolicy(bucket: Bucket): void {
  bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
}

function checklist(settings: AppSettings): string {
  const name = settings.BACKBONE_EXISTING_DATA_BUCKET;
  return `check of the bucket ${name}:\n${dataBucketChecklist(settings)
    .map((line) => `  - ${line}`)
    .join('\n')}`;
}
