export { type CsvCell, type CsvTable, csvText } from './csv.ts';
export { BadEnvironment, readEnvironment } from './environment.ts';
export { errorBody, HttpError } from './http-error.ts';
export {
  type HttpEvent,
  type HttpRequest,
  type HttpResponse,
  type HttpResult,
  requestOf,
  resultOf,
} from './http-event.ts';
export { type HttpHandler, httpLambda } from './http-lambda.ts';
export { precondition } from './if-match.ts';
export {
  type ApiKey,
  adminKey,
  authorise,
  type GrantedScope,
  type Keyring,
  keyHash,
  knownKey,
  permits,
  type RequiredScope,
  SCOPES,
  type Scope,
} from './keys.ts';
export { type Invocation, type LambdaHandler, type LambdaOptions, lambda } from './lambda.ts';
export { createLog, type Log, type LogFields, type LogLevel, processLevel, processLog } from './log.ts';
export { type Malformed, malformed, nearestOf } from './malformed.ts';
export { type OpenApiOptions, openApi } from './openapi.ts';
export { eachMessage } from './queue-batch.ts';
export { type Method, type Reply, type Route, type RouteRequest, route } from './route.ts';
export { BODY_LIMIT, checkMembers, tooLarge } from './route-input.ts';
export { createRouter, errorResponse, type Router, type RouterOptions } from './router.ts';
export * as schema from './schema.ts';
export { CONTENT_SECURITY_POLICY, CROSS_ORIGIN_HEADERS } from './security-headers.ts';
