const KINDS: Record<string, string> = { standard: 'logs', realtime: 'real-time logs', application: 'events' };

/** `standard.E2EXAMPLE` reads as `E2EXAMPLE · logs`. */
export function feedName(feed: string): string {
  const kind = feed.slice(0, feed.indexOf('.'));
  return `${feed.slice(kind.length + 1)} · ${KINDS[kind] ?? kind}`;
}
