/** A location as people write it: a path, or `s3://<bucket>/<key>`. */
export function shownLocation(location: string): string {
  if (location.startsWith('s3:')) return `s3://${location.slice('s3:'.length)}`;
  return location.replace(/^file:/, '');
}
