import { createHash } from 'node:crypto';
import type { Rules } from './rules.ts';

const SECRET_SEGMENT = [
  '[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
  '[0-9a-fA-F]{12,}',
  '(?=[^/]*[0-9])(?=[^/]*[a-z])(?=[^/]*[A-Z])[A-Za-z0-9_-]{20,}',
].join('|');

/** The rules of a site that set none of its own (`measures.md`, section 1). */
export const DEFAULT_RULES: Rules = {
  page_rules: [],
  api_prefixes: ['/api/', '/transfers/'],
  upload_rules: ['POST|PUT */transfers/complete/*'],
  download_rules: ['GET */transfers/download/*'],
  query_parameters: ['utm_source', 'utm_medium', 'utm_campaign', 'utm_term', 'utm_content', 'token'],
  path_rules: [
    // The server may take either case and doubled slashes, so the secret of such a link has to go as well.
    { match: '(?i:/transfers)/+([^/]+)/+[^/]+', replace: '/transfers/$1/{id}' },
    { match: `(?<=^|/)(?:${SECRET_SEGMENT})(?=/|$)`, replace: '{id}' },
  ],
  visitors: 'hashed',
  keep_request_ids: false,
  monitors: [
    'UptimeRobot',
    'Pingdom',
    'StatusCake',
    'Site24x7',
    'updown.io',
    'Better Uptime',
    'Better Stack',
    'HetrixTools',
    'Freshping',
    'NodePing',
    'Uptime-Kuma',
    'DatadogSynthetics',
    'Datadog/Synthetics',
    'Checkly',
    'Amazon-Route53-Health-Check',
    'GoogleStackdriverMonitoring',
    'ELB-HealthChecker',
    'kube-probe',
    'NewRelicPinger',
    'Hyperping',
    'Cronitor',
    'Uptimia',
    'Oh Dear',
    'montastic',
    'Catchpoint',
  ],
  exclude: [],
};

/** 16 hex digits of SHA-256 over the rules as JSON with sorted member names: the same rules have the same version. */
export function rulesVersion(rules: Rules): string {
  return createHash('sha256').update(sortedJson(rules)).digest('hex').slice(0, 16);
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${sortedJson(member)}`).join(',')}}`;
}
