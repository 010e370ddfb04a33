import { gzipSync } from 'node:zlib';
import type { DemoRequest } from './demo-day.ts';
import { jsonLine, STANDARD_HEADER, standardLine } from './log-line.ts';
import { createRandom, HEX, type Random } from './random.ts';
import { DEMO_SITE } from './site.ts';

/** A log file as CloudFront delivers it. */
export interface DemoFile {
  /** In CloudFront's own form: `<distribution>.YYYY-MM-DD-HH.<8 hex>.gz`. */
  readonly name: string;
  /** The gzip file. */
  readonly bytes: Uint8Array;
  /** When it was delivered, epoch ms: minutes after its last request, or hours for a late one. */
  readonly arrival: number;
}

const HALF_HOUR = 1_800_000;
const MINUTE = 60_000;
const HOUR = 3_600_000;

/**
 * Packs the requests of a day into files: one for each half-hour, and for two half-hours of the day
 * a second one that arrives 2 to 20 hours late with some of the lines. A quarter of the files are
 * standard logging v2 as JSON, the others v1.
 */
export function deliveries(requests: readonly DemoRequest[], day: number, seed: string): DemoFile[] {
  const random = createRandom(`${seed} deliveries ${day}`);
  const delayed = new Set([10, 16].map((hour) => day + (hour + random.integer(5)) * HOUR));
  const files: DemoFile[] = [];
  for (const [start, lines] of byHalfHour(requests)) {
    const late = delayed.has(start) ? lines.filter(() => random.chance(0.3)) : [];
    const intime = lines.filter((line) => !late.includes(line));
    const closed = start + HALF_HOUR;
    files.push(pack(random, start, intime, closed + random.between(3, 14) * MINUTE));
    if (late.length > 0)
      files.push(pack(random, start, late, closed + random.between(2 * 60, 20 * 60) * MINUTE));
  }
  return files;
}

function byHalfHour(requests: readonly DemoRequest[]): [start: number, requests: DemoRequest[]][] {
  const groups = Map.groupBy(requests, ({ finished }) => finished - (finished % HALF_HOUR));
  return [...groups].sort(([a], [b]) => a - b);
}

function pack(random: Random, start: number, requests: readonly DemoRequest[], arrival: number): DemoFile {
  const hour = new Date(start).toISOString().slice(0, 13).replace('T', '-');
  const name = `${DEMO_SITE.distribution}.${hour}.${random.text(HEX, 8)}.gz`;
  const text = random.chance(0.25)
    ? jsonText(requests)
    : STANDARD_HEADER + requests.map(standardLine).join('');
  return { name, bytes: gzipSync(text), arrival };
}

function jsonText(requests: readonly DemoRequest[]): string {
  return requests.map((request) => jsonLine(request, DEMO_SITE.distribution, request.country)).join('');
}
