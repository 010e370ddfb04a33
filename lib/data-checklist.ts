import { NAMESPACES } from '@sgraph-backbone/layer/store';
import { placesOf } from './places.ts';
import type { AppSettings } from './settings.ts';

/** What an existing bucket has to be, since the application changes nothing about it; `doctor` verifies the same. */
export function dataBucketChecklist(settings: AppSettings): string[] {
  const { dataFolder } = placesOf(settings);
  const days = settings.BACKBONE_RAW_RETENTION_DAYS;
  const raw = [NAMESPACES.cloudfront.raw, NAMESPACES.analytics.raw];
  return [
    'it is in the region of the application and belongs to the same account',
    'public access is blocked, all four ways',
    'it is encrypted (SSE-S3), and its policy denies requests without TLS',
    'no rule expires or moves objects below it, except:',
    ...raw.map((namespace) => `a lifecycle rule expires ${dataFolder}${namespace}/ after ${days} days`),
    'unfinished uploads are aborted after 7 days; with versioning, old versions go after 7 days',
    'nothing else writes below the namespaces that begin with sa- or bb-',
  ];
}
