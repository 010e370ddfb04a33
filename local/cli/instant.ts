import { BadUsage } from './command.ts';

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/** An instant of an option, epoch ms; a bare day is its first instant in UTC. Throws BadUsage. */
export function instantOf(command: string, option: string, text: string): number {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isFinite(ms)) return ms;
  throw new BadUsage(
    `${command}: --${option} is "${text}"; accepted: an instant such as 2026-02-16T14:30:00Z, or a day`,
  );
}

/** The same for an option that may be absent. */
export function optionalInstant(
  command: string,
  option: string,
  text: string | undefined,
): number | undefined {
  return text === undefined ? undefined : instantOf(command, option, text);
}
