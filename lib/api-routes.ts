/** The routes of the admin API, as its handlers define them; a test compares the two. */
export const API_ROUTES = [
  'GET /api/sa/traffic/summary',
  'GET /api/sa/traffic/timeseries',
  'GET /api/sa/traffic/top/{dimension}',
  'GET /api/sa/traffic/top-paths',
  'GET /api/sa/traffic/edge-locations',
  'GET /api/sa/traffic/status-codes',
  'GET /api/sa/traffic/referrers',
  'GET /api/sa/traffic/countries',
  'GET /api/sa/traffic/browsers',
  'GET /api/sa/traffic/operating-systems',
  'GET /api/sa/traffic/hosts',
  'GET /api/sa/traffic/classes',
  'GET /api/sa/traffic/tokens',
  'GET /api/sa/traffic/utm',
  'GET /api/measures',
  'POST /api/sa/cloudfront/ingest',
  'POST /api/sa/cloudfront/consolidate',
  'POST /api/sa/cloudfront/aggregate',
  'POST /api/sa/cloudfront/archive',
  'GET /api/sa/cloudfront/status',
  'POST /api/sa/forget',
  'POST /api/sa/reprocess',
  'POST /api/sa/settle',
  'GET /api/sa/operations/{id}',
  'GET /api/sa/cache/browse',
  'GET /api/sa/cache/browse/{path+}',
  'GET /api/sa/cache/entry/{key+}',
  'GET /api/sa/cache/stats',
  'GET /api/settings',
  'PUT /api/settings',
  'GET /api/health',
  'GET /api/openapi.json',
] as const;

/** What a browser asks before it calls from another origin; the handler answers for the dashboard's alone. */
export const PREFLIGHT_ROUTE = 'OPTIONS /api/{path+}';

/** The cache service, whose own table says what is there; it answers what browsers ask before, too. */
export const CACHE_ROUTE = 'ANY /cache/{proxy+}';
