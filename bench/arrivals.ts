import type { Random } from '../local/demo/random.ts';

const SECONDS = 86_400;

/**
 * The second of the day (as epoch ms from `day`) of each of `lines` requests, in the order of the log:
 * more by day than by night, in bursts, and about 18 % of neighbours out of order, as in a genuine file.
 */
export function arrivals(random: Random, day: number, lines: number): Float64Array {
  const times = new Float64Array(lines);
  const reached = cumulativeRate(random);
  let second = 0;
  for (let line = 0; line < lines; line++) {
    const share = ((line + 0.5) / lines) * reached[SECONDS - 1]!;
    while (reached[second]! < share) second++;
    const late = random.chance(0.2) ? 1 + random.exponential(20) + SECONDS / lines : 0;
    times[line] = day + Math.max(0, second - Math.floor(late)) * 1000;
  }
  return times;
}

/** The rate of each second, summed: a wave over the day times a burst level that changes every few minutes. */
function cumulativeRate(random: Random): Float64Array {
  const reached = new Float64Array(SECONDS);
  let [sum, burst, until] = [0, 1, 0];
  for (let second = 0; second < SECONDS; second++) {
    if (second >= until) {
      burst = random.logNormal(1, 0.45);
      until = second + 20 + random.exponential(150);
    }
    const wave = 1 - 0.75 * Math.cos((2 * Math.PI * (second - 3 * 3600)) / SECONDS);
    sum += wave * burst * random.logNormal(1, 0.5);
    reached[second] = sum;
  }
  return reached;
}
