import { CONTENT_SECURITY_POLICY, CROSS_ORIGIN_HEADERS } from '@sgraph-backbone/layer/runtime';
import { Duration } from 'aws-cdk-lib';
import { HeadersReferrerPolicy, type ResponseHeadersPolicyProps } from 'aws-cdk-lib/aws-cloudfront';

/** The local server's headers, and what only a site with TLS can promise. A test compares the two. */
export const SECURITY_HEADERS: ResponseHeadersPolicyProps = {
  securityHeadersBehavior: {
    contentSecurityPolicy: { contentSecurityPolicy: CONTENT_SECURITY_POLICY, override: true },
    contentTypeOptions: { override: true },
    referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
    strictTransportSecurity: {
      accessControlMaxAge: Duration.days(365),
      includeSubdomains: true,
      override: true,
    },
  },
  customHeadersBehavior: {
    customHeaders: Object.entries(CROSS_ORIGIN_HEADERS).map(([header, value]) => ({
      header,
      value,
      override: true,
    })),
  },
};
