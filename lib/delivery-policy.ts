import { OBSERVABILITY } from '@sgraph-backbone/layer/store';
import { Aws } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { bucketArn, type Places } from './places.ts';
import type { AppSettings } from './settings.ts';

/** CloudFront is global, and its log sources live in one region. */
export const DELIVERY_REGION = 'us-east-1';

/** Name of the log source of a distribution. */
export function deliverySource({ BACKBONE_NAME }: AppSettings, distribution: string): string {
  return `${BACKBONE_NAME}-${distribution}`;
}

/** Lets AWS's log delivery write below `live/`: for this account and these distributions alone. */
export function deliveryStatement(settings: AppSettings, places: Places): PolicyStatement {
  const home = `arn:${Aws.PARTITION}:logs:${DELIVERY_REGION}:${Aws.ACCOUNT_ID}:delivery-source`;
  return new PolicyStatement({
    sid: 'LogDelivery',
    principals: [new ServicePrincipal('delivery.logs.amazonaws.com')],
    actions: ['s3:PutObject'],
    resources: [`${bucketArn(places.observabilityBucket)}/${OBSERVABILITY.live}*`],
    conditions: {
      StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control', 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: {
        'aws:SourceArn': settings.BACKBONE_DISTRIBUTIONS.map(
          (distribution) => `${home}:${deliverySource(settings, distribution)}`,
        ),
      },
    },
  });
}
