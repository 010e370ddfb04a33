import { RemovalPolicy } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { API_ROUTES, CACHE_ROUTE, PREFLIGHT_ROUTE } from './api-routes.ts';

/** Nothing of who asked: no address, no agent, no query. */
const ACCESS_LOG = JSON.stringify({
  time: '$context.requestTimeEpoch',
  request_id: '$context.requestId',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  milliseconds: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
});

export interface AdminHttpApiProps {
  readonly name: string;
  /** Days that its access log is kept. */
  readonly logDays: number;
  /** Requests in a second; at once it takes twice as many. */
  readonly rate: number;
}

/** The HTTP API in front of the admin function. Keys and scopes are checked behind it, by the same code as locally. */
export class AdminHttpApi extends Construct {
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: AdminHttpApiProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', { apiName: props.name, createDefaultStage: false });
    const logGroup = new LogGroup(this, 'AccessLog', {
      retention: props.logDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.rate, burstLimit: 2 * props.rate },
      detailedMetricsEnabled: false,
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
  }

  /** Explicit routes: what is not among them never reaches the function. */
  route(handler: IFunction): void {
    const integration = new HttpLambdaIntegration('Function', handler, { scopePermissionToRoute: false });
    for (const route of [...API_ROUTES, PREFLIGHT_ROUTE, CACHE_ROUTE]) {
      const [method = '', path = ''] = route.split(' ');
      const methods = [HttpMethod[method as keyof typeof HttpMethod]];
      this.api.addRoutes({ path, methods, integration });
    }
  }

  /** Host name of the API in its own region. */
  get domain(): string {
    return `${this.api.apiId}.execute-api.${this.api.env.region}.${this.api.stack.urlSuffix}`;
  }
}
