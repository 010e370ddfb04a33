import type { AppSettings } from './settings.ts';

/** The 33 fields of standard logs in their order, without cookies, which are never delivered, and without ports. */
const STANDARD = [
  'date',
  'time',
  'x-edge-location',
  'sc-bytes',
  'c-ip',
  'cs-method',
  'cs(Host)',
  'cs-uri-stem',
  'sc-status',
  'cs(Referer)',
  'cs(User-Agent)',
  'cs-uri-query',
  'x-edge-result-type',
  'x-edge-request-id',
  'x-host-header',
  'cs-protocol',
  'cs-bytes',
  'time-taken',
  'ssl-protocol',
  'ssl-cipher',
  'x-edge-response-result-type',
  'cs-protocol-version',
  'time-to-first-byte',
  'x-edge-detailed-result-type',
  'sc-content-type',
  'sc-content-len',
  'sc-range-start',
  'sc-range-end',
];

/** Fields that only this kind of delivery has. */
const MORE = ['timestamp(ms)', 'origin-fbl', 'origin-lbl', 'asn', 'c-country'];

/** What CloudFront writes of a request: everything that the rows keep, and the address only where it is hashed. */
export function logFields({ BACKBONE_VISITORS: visitors }: AppSettings): string[] {
  return [...STANDARD, ...MORE].filter((field) => field !== 'c-ip' || visitors === 'hashed');
}
