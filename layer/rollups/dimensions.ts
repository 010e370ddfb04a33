/** The lists that a summary counts by: for each value its requests, page views, bytes and errors. */
export const DIMENSIONS = [
  'path',
  'host',
  'method',
  'status_code',
  'result_type',
  'edge_location',
  'country',
  'referrer_domain',
  'browser',
  'operating_system',
  'device',
  'agent',
  'rule',
  'content_type',
  'utm_source',
  'utm_medium',
  'utm_campaign',
  'event_type',
  'token',
  'token_rejected',
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** Dimensions whose values come from a closed form: roll-ups keep them whole. */
export const NEVER_CUT: ReadonlySet<Dimension> = new Set<Dimension>([
  'country',
  'edge_location',
  'method',
  'status_code',
  'result_type',
  'event_type',
  'browser',
  'operating_system',
  'device',
]);

/** Query parameters that are dimensions of log lines. */
export const QUERY_DIMENSIONS = ['utm_source', 'utm_medium', 'utm_campaign', 'token'] as const;

/** `client` is kept to count distinct agents (browser, major version, system, agent) and never shown. */
export const TABLES = [...DIMENSIONS, 'client'] as const;
export type TableName = (typeof TABLES)[number];
