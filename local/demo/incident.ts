import type { Random } from './random.ts';
import { weighted } from './sampler.ts';
import type { Wish } from './visits.ts';

const WEDNESDAY = 3;
const MINUTE = 60_000;

/**
 * Every Wednesday afternoon, 14:20–15:05 UTC, a release goes wrong: most requests that reach the application
 * fail, and people try again. Tied to the calendar, so that any seven days hold exactly one.
 */
export function withIncident(random: Random, day: number, wishes: readonly Wish[]): Wish[] {
  if (new Date(day).getUTCDay() !== WEDNESDAY) return [...wishes];
  const [from, to] = [day + (14 * 60 + 20) * MINUTE, day + (15 * 60 + 5) * MINUTE];
  return wishes.flatMap((wish) => (wish.at >= from && wish.at < to ? affected(random, wish) : [wish]));
}

function affected(random: Random, wish: Wish): Wish[] {
  if (wish.asked.path.startsWith('/assets/') || !random.chance(0.65)) return [wish];
  const asked = {
    ...wish.asked,
    status: drawFailure(random),
    range: undefined,
    cacheable: false,
    medianBytes: 640,
  };
  const tries = wish.visitor.agent.includes('UptimeRobot') ? 0 : random.integer(3);
  return Array.from({ length: tries + 1 }, (_, again) => ({ ...wish, asked, at: wish.at + again * 4_000 }));
}

const drawFailure = weighted([
  ['503', 6],
  ['502', 3],
  ['504', 1],
]);
