import { RemovalPolicy } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  HttpVersion,
  type IResponseHeadersPolicy,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { SECURITY_HEADERS } from './security-headers.ts';
import type { AppSettings } from './settings.ts';

export interface DashboardSiteProps {
  readonly settings: AppSettings;
  /** Host name of the API, which the page reaches under its own origin at `/api/`, clients of the cache service at `/cache/`. */
  readonly apiDomain: string;
}

/** The page behind CloudFront: its files in a bucket that nobody else reads, the API beside them. */
export class DashboardSite extends Construct {
  readonly bucket: Bucket;
  readonly distribution: Distribution;
  /** `https://…`, without a closing slash. */
  readonly origin: string;

  constructor(scope: Construct, id: string, { settings, apiDomain }: DashboardSiteProps) {
    super(scope, id);
    this.bucket = pageBucket(this);
    const responseHeadersPolicy = new ResponseHeadersPolicy(this, 'Headers', SECURITY_HEADERS);
    const api = apiBehavior(apiDomain, responseHeadersPolicy);
    this.distribution = new Distribution(this, 'Distribution', {
      comment: `Dashboard of ${settings.BACKBONE_NAME}`,
      defaultRootObject: 'index.html',
      httpVersion: HttpVersion.HTTP2_AND_3,
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.bucket),
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        responseHeadersPolicy,
      },
      additionalBehaviors: { '/api/*': api, '/cache/*': api },
      ...ownDomain(this, settings),
    });
    const host = settings.BACKBONE_DASHBOARD_DOMAIN ?? this.distribution.distributionDomainName;
    this.origin = `https://${host}`;
  }
}

function pageBucket(scope: Construct): Bucket {
  return new Bucket(scope, 'Page', {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
}

/** A key travels in a header: nothing is cached, and never without TLS, not even to be redirected. */
function apiBehavior(domain: string, responseHeadersPolicy: IResponseHeadersPolicy): BehaviorOptions {
  return {
    origin: new HttpOrigin(domain),
    allowedMethods: AllowedMethods.ALLOW_ALL,
    viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    responseHeadersPolicy,
  };
}

function ownDomain(scope: Construct, settings: AppSettings) {
  const { BACKBONE_DASHBOARD_DOMAIN: domain, BACKBONE_DASHBOARD_CERTIFICATE: certificate } = settings;
  if (domain === undefined || certificate === undefined) return {};
  return {
    domainNames: [domain],
    certificate: Certificate.fromCertificateArn(scope, 'Certificate', certificate),
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
  };
}
