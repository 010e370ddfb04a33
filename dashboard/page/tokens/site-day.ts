const DAY = 86_400_000;

/** The moment (epoch ms) in which the day after a date begins in a time zone: until then the date is today. */
export function endOfDay(date: string, timezone: string): number {
  const wished = Date.parse(`${date}T00:00:00Z`) + DAY;
  // Twice: the first guess may lie on the other side of a change of clocks.
  const guess = wished - offsetAt(wished, timezone);
  return wished - offsetAt(guess, timezone);
}

/** How far a zone's clocks are ahead of UTC at a moment, ms. */
function offsetAt(moment: number, timeZone: string): number {
  const form = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  } as const;
  const format = new Intl.DateTimeFormat('en-GB', { ...form, hourCycle: 'h23', timeZone });
  const part = Object.fromEntries(
    format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]),
  );
  const shown = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!);
  return shown - (moment - (moment % 60_000));
}
