/** What a request wants to do, as a policy sees it. */
export interface Wish {
  readonly action: string;
  readonly resource: string;
  /** Values of condition keys, such as `s3:prefix`. */
  readonly context?: Readonly<Record<string, string>>;
}

/** A statement of a role, with its intrinsic functions worked out. */
export interface PolicyStatement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Whether a role may: some statement allows it, and none denies it. Throws on conditions that are not known here. */
export function isAllowed(statements: readonly PolicyStatement[], wish: Wish): boolean {
  const about = statements.filter((statement) => speaksOf(statement, wish));
  return about.some(({ Effect }) => Effect === 'Allow') && about.every(({ Effect }) => Effect !== 'Deny');
}

function speaksOf({ Action, Resource, Condition = {} }: PolicyStatement, wish: Wish): boolean {
  return (
    several(Action).some((pattern) => isLike(pattern.toLowerCase(), wish.action.toLowerCase())) &&
    several(Resource).some((pattern) => isLike(pattern, wish.resource)) &&
    Object.entries(Condition).every(([operator, tests]) => holds(operator, tests, wish))
  );
}

function holds(
  operator: string,
  tests: Readonly<Record<string, string | readonly string[]>>,
  { context = {} }: Wish,
): boolean {
  if (operator !== 'StringLike' && operator !== 'StringEquals')
    throw new Error(`not known here: ${operator}`);
  return Object.entries(tests).every(([key, patterns]) => {
    const value = context[key];
    return value !== undefined && several(patterns).some((pattern) => isLike(pattern, value));
  });
}

function isLike(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}

function several(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}
