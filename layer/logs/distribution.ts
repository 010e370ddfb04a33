import * as forms from './closed-forms.ts';

/**
 * The distribution of an object from its name or key: CloudFront's own form of file names, a partition
 * `DistributionId=…`, or the folder behind `CloudFront/`; else `local`. Redacted like any field.
 */
export function distributionFromName(name: string | undefined): string {
  const file = /(?:^|[/\\])([A-Za-z0-9]{9,20})\.\d{4}-\d\d-\d\d-\d\d\.[A-Za-z0-9]{8}(?=\.|$)/.exec(
    name ?? '',
  )?.[1];
  const partition = /(?:^|[/\\])DistributionId=([A-Za-z0-9]{9,20})(?=[/\\])/i.exec(name ?? '')?.[1];
  const folder = /(?:^|[/\\])CloudFront[/\\](E[A-Z0-9]{8,19})(?=[/\\])/.exec(name ?? '')?.[1];
  return forms.distribution(file ?? partition ?? folder ?? '') || 'local';
}
