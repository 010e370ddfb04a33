import { parseArgs } from 'node:util';
import { nearestOf } from '@sgraph-backbone/layer/runtime';

/** One option of a command. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  /** Shown in the help, with the accepted form. */
  readonly meaning: string;
  /** How the value is called in the help. */
  readonly value?: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What follows the name: `<file|folder|glob>...`. */
  readonly takes: string;
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly string[];
  /** Answers the exit code. */
  run(given: Given): Promise<number>;
}

/** The words of a command line, checked against the command's options. */
export interface Given {
  readonly positionals: readonly string[];
  text(name: string): string | undefined;
  flag(name: string): boolean;
}

/** A command line that can't be taken: the message says what was given and what is accepted. */
export class BadUsage extends Error {
  override readonly name = 'BadUsage';
}

export const COMMAND = 'npm run -s backbone --';

/** Reads the words behind a command's name. Throws BadUsage, naming the nearest option. */
export function givenTo(command: Command, words: readonly string[]): Given {
  const options = Object.fromEntries(
    Object.entries({ ...command.options, ...HELP }).map(([name, { type }]) => [name, { type }]),
  );
  const { tokens, values, positionals } = parseArgs({
    args: [...words],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  for (const token of tokens)
    if (token.kind === 'option') checkOption(command, token.rawName, token.name, token.value);
  if (command.takes === '' && positionals.length > 0)
    throw new BadUsage(`${command.name}: takes options alone, given "${positionals.join(' ')}"`);
  return {
    positionals,
    text: (name) => (typeof values[name] === 'string' ? values[name] : undefined),
    flag: (name) => values[name] === true,
  };
}

/** The text of `--help`. */
export function helpOf(command: Command): string {
  const rows = Object.entries({ ...command.options, ...HELP }).map(
    ([name, { value, meaning }]) => `  ${`--${name}${value ? ` <${value}>` : ''}`.padEnd(34)}${meaning}`,
  );
  const examples = command.examples.map((example) => `  ${COMMAND} ${example}`);
  const usage = `${COMMAND} ${command.name} ${command.takes}`.trimEnd();
  return [
    command.summary,
    '',
    `Usage: ${usage} [options]`,
    '',
    ...rows,
    '',
    'Examples:',
    ...examples,
    '',
  ].join('\n');
}

const HELP: Record<string, OptionSpec> = { help: { type: 'boolean', meaning: 'this text' } };

function checkOption(command: Command, raw: string, name: string, value: string | undefined): void {
  const spec = { ...command.options, ...HELP }[name];
  if (spec === undefined) {
    const nearest = nearestOf(name, Object.keys(command.options));
    const hint = nearest === undefined ? '' : ` Did you mean --${nearest}?`;
    throw new BadUsage(
      `${command.name}: unknown option ${raw}.${hint} See ${COMMAND} ${command.name} --help`,
    );
  }
  if (spec.type === 'string' && (value === undefined || value === ''))
    throw new BadUsage(`${command.name}: --${name} needs a value: --${name} <${spec.value ?? 'text'}>`);
  if (spec.type === 'boolean' && value !== undefined)
    throw new BadUsage(`${command.name}: --${name} takes no value, given "${value}"`);
}
