/** What the runs of one contender came to. */
export interface Measured {
  readonly name: string;
  readonly seconds: readonly number[];
  readonly cpuSeconds: readonly number[];
  readonly peakMiB: readonly number[];
}

/** A Markdown table: median seconds, their range, ratios to the contenders whose name begins with one of `against`, processor time. */
export function ratioTable(rows: readonly Measured[], against: readonly string[]): string {
  const bases = against.flatMap((start) => rows.filter(({ name }) => name.startsWith(start)).slice(0, 1));
  const head = [
    'what',
    's',
    'range',
    ...bases.map(({ name }) => `× ${name.split(/[ ,]/)[0]}`),
    'cpu s',
    `× ${bases[0]?.name.split(/[ ,]/)[0]} cpu`,
    'peak MiB',
  ];
  const lines = rows.map((row) => [
    row.name,
    median(row.seconds).toFixed(2),
    `${Math.min(...row.seconds).toFixed(2)}–${Math.max(...row.seconds).toFixed(2)}`,
    ...bases.map((base) => (median(row.seconds) / median(base.seconds)).toFixed(2)),
    ...cpuCells(row, bases[0]),
    row.peakMiB.length > 0 ? Math.max(...row.peakMiB).toFixed(0) : '–',
  ]);
  const rule = head.map((_, column) => (column === 0 ? '---' : '--:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function cpuCells(row: Measured, base: Measured | undefined): [string, string] {
  if (!base || row.cpuSeconds.length === 0 || base.cpuSeconds.length === 0) return ['–', '–'];
  const cpu = median(row.cpuSeconds);
  return [cpu.toFixed(2), (cpu / median(base.cpuSeconds)).toFixed(2)];
}

/** The middle value; of an even number the mean of the middle two. Throws on none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('the median of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
