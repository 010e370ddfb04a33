import { OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { Aws, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { deliverySource } from './delivery-policy.ts';
import { logFields } from './log-fields.ts';
import { bucketArn, type Places } from './places.ts';
import type { AppSettings } from './settings.ts';

/** Folders below `live/`: with Hive names, `DistributionId=E…/year=2026/month=02/day=16/hour=10/`. */
const SUFFIX = '{DistributionId}/{yyyy}/{MM}/{dd}/{HH}';

export interface LogDeliveryStackProps extends StackProps {
  readonly settings: AppSettings;
  readonly places: Places;
}

/** Standard logging v2 of existing distributions into `live/`. The distributions themselves are not touched. */
export class LogDeliveryStack extends Stack {
  constructor(scope: Construct, id: string, { settings, places, ...props }: LogDeliveryStackProps) {
    super(scope, id, props);
    const destination = new CfnDeliveryDestination(this, 'Destination', {
      name: `${settings.BACKBONE_NAME}-live`,
      // Part of the destination, and not to be changed afterwards.
      outputFormat: settings.BACKBONE_LOG_FORMAT,
      destinationResourceArn: `${bucketArn(places.observabilityBucket)}/${OBSERVABILITY.live.slice(0, -1)}`,
    });
    let previous: CfnDelivery | undefined;
    for (const distribution of settings.BACKBONE_DISTRIBUTIONS) {
      const delivery = this.deliver(distribution, settings, destination);
      // One after the other: two that are made at once for one destination are in each other's way.
      if (previous !== undefined) delivery.addResourceDependency(previous);
      previous = delivery;
    }
  }

  private deliver(
    distribution: string,
    settings: AppSettings,
    destination: CfnDeliveryDestination,
  ): CfnDelivery {
    const source = new CfnDeliverySource(this, `Source${distribution}`, {
      name: deliverySource(settings, distribution),
      logType: 'ACCESS_LOGS',
      resourceArn: `arn:${Aws.PARTITION}:cloudfront::${Aws.ACCOUNT_ID}:distribution/${distribution}`,
    });
    const delivery = new CfnDelivery(this, `Delivery${distribution}`, {
      deliverySourceName: source.name,
      deliveryDestinationArn: destination.attrArn,
      recordFields: logFields(settings),
      s3SuffixPath: SUFFIX,
      s3EnableHiveCompatiblePath: true,
      ...(settings.BACKBONE_LOG_FORMAT === 'w3c' ? { fieldDelimiter: '\t' } : {}),
    });
    delivery.addResourceDependency(source);
    return delivery;
  }
}
