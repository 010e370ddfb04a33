import * as z from 'zod';

/** Process settings that are missing or malformed: every one of them is named, with the accepted form. */
export class BadEnvironment extends Error {
  override readonly name = 'BadEnvironment';
  readonly variables: readonly string[];

  constructor(problems: readonly { variable: string; problem: string }[]) {
    super(`Environment: ${problems.map(({ variable, problem }) => `${variable} ${problem}`).join('; ')}`);
    this.variables = problems.map(({ variable }) => variable);
  }
}

/** Reads the named variables once, validated; an empty one counts as absent. Throws BadEnvironment. */
export function readEnvironment<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Readonly<Record<string, string | undefined>>,
): z.infer<z.ZodObject<Shape>> {
  const given = Object.fromEntries(
    Object.keys(shape).map((name) => [name, environment[name] === '' ? undefined : environment[name]]),
  );
  const read = z.object(shape).safeParse(given);
  if (read.success) return read.data;
  throw new BadEnvironment(read.error.issues.map((issue) => problemOf(issue, shape, given)));
}

function problemOf(issue: z.core.$ZodIssue, shape: z.ZodRawShape, given: Record<string, unknown>) {
  const variable = String(issue.path[0]);
  const meaning = z.globalRegistry.get(shape[variable] as z.ZodType)?.description;
  const problem = given[variable] === undefined ? 'is not set' : `is malformed: ${issue.message}`;
  return { variable, problem: meaning === undefined ? problem : `${problem} (${meaning})` };
}
