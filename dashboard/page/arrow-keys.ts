/** Where the arrow keys, Home and End lead among `count` bars; undefined: another key. Takes the key's own effect away. */
export function arrowTarget(event: KeyboardEvent, at: number | null, count: number): number | undefined {
  const targets: Record<string, number> = {
    ArrowLeft: (at ?? count) - 1,
    ArrowRight: (at ?? -1) + 1,
    Home: 0,
    End: count - 1,
  };
  const target = targets[event.key];
  if (target === undefined) return undefined;
  event.preventDefault();
  return Math.max(0, Math.min(count - 1, target));
}
