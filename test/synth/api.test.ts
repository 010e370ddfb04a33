import { describe, expect, test } from '@jest/globals';
import { adminRoutes } from '../../lambdas/admin-api/handler.ts';
import { SECURITY_HEADERS } from '../../local/http/assets.ts';
import { EVERYTHING, everyResource, plain, resource, templates } from './synthesized.ts';

const all = templates(EVERYTHING);

describe('the HTTP API', () => {
  test('has the routes of the handlers, and the question that browsers ask before', () => {
    const here = adminRoutes({
      source: async () => ({}) as never,
      now: Date.now,
      version: '1',
      operations: {} as never,
      keys: {} as never,
    });
    const keys = everyResource(all, 'AWS::ApiGatewayV2::Route').map(
      ([, { Properties }]) => Properties.RouteKey,
    );
    expect(keys.sort()).toEqual(
      [
        ...here.map(({ method, path }) => `${method} ${path}`),
        'OPTIONS /api/{path+}',
        'ANY /cache/{proxy+}',
      ].sort(),
    );
  });

  test('is throttled, and its log names nobody', () => {
    const stage = resource(all, 'AdminApiStack', 'HttpStage').Properties;
    expect(stage.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
    const named = Object.values(JSON.parse(stage.AccessLogSettings.Format) as Record<string, string>);
    expect(named.sort()).toEqual([
      '$context.integrationErrorMessage',
      '$context.requestId',
      '$context.requestTimeEpoch',
      '$context.responseLatency',
      '$context.responseLength',
      '$context.routeKey',
      '$context.status',
    ]);
  });

  test('answers within the time that it gives its function', () => {
    const { Timeout } = resource(all, 'AdminApiStack', 'AdminApiFunction').Properties;
    expect(Timeout).toBeLessThan(30);
  });

  test('has a key that is generated, and long enough for the function to take', () => {
    const { GenerateSecretString } = resource(all, 'AdminApiStack', 'AdminKey').Properties;
    expect(GenerateSecretString).toEqual({ PasswordLength: 48, ExcludePunctuation: true });
  });
});

describe('the dashboard', () => {
  const { DistributionConfig: site } = resource(all, 'AdminApiStack', 'DashboardDistribution').Properties;

  test('sends what the local server sends, and holds browsers to TLS', () => {
    const { SecurityHeadersConfig: known, CustomHeadersConfig: other } = resource(
      all,
      'AdminApiStack',
      'DashboardHeaders',
    ).Properties.ResponseHeadersPolicyConfig;
    const sent = {
      'content-security-policy': known.ContentSecurityPolicy.ContentSecurityPolicy,
      'x-content-type-options': known.ContentTypeOptions.Override ? 'nosniff' : undefined,
      'referrer-policy': known.ReferrerPolicy.ReferrerPolicy,
      ...Object.fromEntries(other.Items.map(({ Header, Value }: Record<string, string>) => [Header, Value])),
    };
    expect(sent).toEqual(SECURITY_HEADERS);
    expect(known.StrictTransportSecurity.AccessControlMaxAgeSec).toBeGreaterThanOrEqual(31_536_000);
  });

  test('has the API and the cache service under its own origin, never cached and never without TLS', () => {
    const [api, cache] = site.CacheBehaviors;
    expect(cache).toEqual({ ...api, PathPattern: '/cache/*' });
    expect(api).toMatchObject({ PathPattern: '/api/*', ViewerProtocolPolicy: 'https-only' });
    // CachingDisabled of AWS; all that the viewer sent but the host.
    expect(api.CachePolicyId).toBe('4135ea2d-6df8-44a3-9df3-4b5a84be39ad');
    expect(api.OriginRequestPolicyId).toBe('b689b0a8-53d0-40ab-baf2-68738e2966ac');
    expect(api.AllowedMethods).toEqual(expect.arrayContaining(['PUT', 'POST', 'OPTIONS']));
    expect(site.Origins.map(({ DomainName }: { DomainName: unknown }) => plain(DomainName))).toEqual([
      '<DashboardPage.RegionalDomainName>',
      '<HttpApi>.execute-api.eu-west-1.<AWS::URLSuffix>',
    ]);
  });

  test('lets nobody but CloudFront read its files', () => {
    expect(
      resource(all, 'AdminApiStack', 'DashboardPagePolicy').Properties.PolicyDocument.Statement[1],
    ).toMatchObject({
      Action: 's3:GetObject',
      Principal: { Service: 'cloudfront.amazonaws.com' },
    });
    // Answers of the API pass as they are: an error page would take their place.
    expect(site.CustomErrorResponses).toBeUndefined();
  });

  test('under a domain of its own takes TLS 1.2 at least', () => {
    const own = templates({
      BACKBONE_DASHBOARD_DOMAIN: 'traffic.example.org',
      BACKBONE_DASHBOARD_CERTIFICATE: 'arn:aws:acm:us-east-1:123456789012:certificate/1-2',
    });
    const { DistributionConfig: config } = resource(own, 'AdminApiStack', 'DashboardDistribution').Properties;
    expect(config).toMatchObject({
      Aliases: ['traffic.example.org'],
      ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021' },
    });
    const { Variables } = resource(own, 'AdminApiStack', 'AdminApiFunction').Properties.Environment;
    expect(Variables.BACKBONE_ORIGIN).toBe('https://traffic.example.org');
  });
});
