import type * as z from 'zod';
import { HttpError } from './http-error.ts';

/** One parameter or body member that can't be used. */
export interface Malformed {
  readonly name: string;
  /** As it was sent; absent when it is missing. */
  readonly given?: unknown;
  /** It was sent, and is not repeated: it may be personal. */
  readonly withheld?: true;
  /** Not a member: the body itself. */
  readonly whole?: true;
  /** The form that would have been taken, as a phrase. */
  readonly accepted: string;
}

/** 400 that says for each name what was given and what is accepted. */
export function malformed(problems: readonly Malformed[], what = 'parameter'): HttpError {
  const message = problems.map((problem) => sentence(problem, what)).join('; ');
  return new HttpError(400, `invalid_${what}`, message, { details: { problems } });
}

/** 400 for names that nobody asked for, with the nearest known one: a typing mistake must not be ignored. */
export function unknownNames(
  names: readonly string[],
  known: readonly string[],
  what = 'parameter',
  place = '',
): HttpError {
  const told = names.map((name) => {
    const nearest = nearestOf(name, known);
    const hint = nearest === undefined ? '' : ` (did you mean "${nearest}"?)`;
    return `"${place}${name}"${hint}`;
  });
  const accepted = known.length === 0 ? 'none' : known.join(', ');
  const message = `unknown ${what} ${told.join(', ')}; accepted: ${accepted}`;
  return new HttpError(400, `unknown_${what}`, message, { details: { names, accepted: known } });
}

/** What a zod error says, as names and accepted forms; custom messages of schemas are accepted forms. */
export function problemsOf(
  error: z.ZodError,
  given: unknown,
  meanings: Record<string, string> = {},
): Malformed[] {
  return error.issues.map((issue) => {
    const name = issue.path.map(String).join('.') || 'body';
    const value = issue.path.reduce<unknown>(memberOf, given);
    const accepted = acceptedBy(issue, meanings[String(issue.path[0])]);
    const whole = issue.path.length === 0 ? ({ whole: true } as const) : {};
    return value === undefined ? { name, ...whole, accepted } : { name, ...whole, given: value, accepted };
  });
}

/** The same without anything that was sent, names within a member included. */
export function withheld(problems: readonly Malformed[]): Malformed[] {
  return problems.map(({ given, ...problem }) => {
    const member = problem.name.split('.')[0]!;
    return given === undefined && member === problem.name
      ? problem
      : { ...problem, name: member, withheld: true };
  });
}

function memberOf(value: unknown, member: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, member) : undefined;
}

function acceptedBy(issue: z.core.$ZodIssue, meaning: string | undefined): string {
  if (issue.code === 'invalid_value') return issue.values.map(String).join(', ');
  if (issue.code === 'invalid_type' && issue.message.startsWith('Invalid input'))
    return meaning ?? `a value of type ${issue.expected}`;
  if (issue.code === 'invalid_union' && issue.message === 'Invalid input')
    return meaning ?? oneOf(issue.errors.flat());
  return issue.message;
}

/** What the members of a union accept; what is wrong deeper down in one of them does not say what the others take. */
function oneOf(issues: readonly z.core.$ZodIssue[]): string {
  const forms = issues.filter(({ path }) => path.length === 0).map((issue) => acceptedBy(issue, undefined));
  return forms.length === 0 ? 'another form' : [...new Set(forms)].join(' or ');
}

function sentence({ name, given, accepted, withheld, whole }: Malformed, what: string): string {
  const place = whole ? 'the body' : `${what} "${name}"`;
  if (withheld) return `${place} can't be taken; accepted: ${accepted}`;
  if (given === undefined) return `${place} is missing; accepted: ${accepted}`;
  return `${place} is ${shown(given)}; accepted: ${accepted}`;
}

function shown(given: unknown): string {
  const text = JSON.stringify(given);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

/** The known name within two edits, nearest first. */
export function nearestOf(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate) }))
    .sort((a, b) => a.distance - b.distance);
  return ranked[0] !== undefined && ranked[0].distance <= 2 ? ranked[0].candidate : undefined;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
