import { BadEnvironment, nearestOf } from '@sgraph-backbone/layer/runtime';
import { SettingsDamaged, WrongStoreFormat } from '@sgraph-backbone/layer/settings';
import { BadStoreInput, StoreFailed } from '@sgraph-backbone/layer/store';
import { CollectionFailed } from '../../lambdas/collect-costs/collection-failed.ts';
import { isRefusedByAws, NoSuchStack, NotSentBack } from '../doctor/failures.ts';
import { NoSuchFile } from '../files/find-files.ts';
import { PortTaken } from '../http/index.ts';
import { TaskFailed } from '../import/crew.ts';
import { collectCostsCommand } from './collect-costs.ts';
import { BadUsage, COMMAND, type Command, givenTo, helpOf } from './command.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { forgetCommand } from './forget.ts';
import { importCommand } from './import.ts';
import { importCacheCommand } from './import-cache.ts';
import { migrateCommand } from './migrate.ts';
import { redriveCommand } from './redrive.ts';
import { reportCommand } from './report.ts';
import { reprocessCommand } from './reprocess.ts';
import { restoreCommand } from './restore.ts';
import { NoStore } from './session.ts';
import { settingsCommand } from './settings.ts';
import { settleCommand } from './settle.ts';
import { startCommand } from './start.ts';
import { verifyCommand } from './verify.ts';

const COMMANDS: readonly Command[] = [
  startCommand,
  importCommand,
  reportCommand,
  verifyCommand,
  forgetCommand,
  reprocessCommand,
  settleCommand,
  importCacheCommand,
  exportCommand,
  restoreCommand,
  migrateCommand,
  collectCostsCommand,
  settingsCommand,
  doctorCommand,
  redriveCommand,
];

/** Runs one command; answers its exit code: 1 for what failed, 2 for what can't be taken. */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words;
  if (name === undefined || name === 'help' || name === '--help') return print(overview());
  const command = COMMANDS.find((other) => other.name === name);
  try {
    if (command === undefined) throw unknownCommand(name);
    const given = givenTo(command, rest);
    return given.flag('help') ? print(helpOf(command)) : await command.run(given);
  } catch (error) {
    return explain(error);
  }
}

function overview(): string {
  const rows = COMMANDS.map(({ name, summary }) => `  ${name.padEnd(14)}${summary}`);
  return [`Usage: ${COMMAND} <command> [options]`, '', ...rows, '', 'Each command has --help.', ''].join(
    '\n',
  );
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function unknownCommand(name: string): BadUsage {
  const names = COMMANDS.map((command) => command.name);
  const nearest = nearestOf(name, names);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return new BadUsage(`"${name}" is no command.${hint} Commands: ${names.join(', ')}`);
}

const CORRECTABLE = [
  BadUsage,
  BadStoreInput,
  BadEnvironment,
  NoSuchFile,
  NoSuchStack,
  NoStore,
  SettingsDamaged,
  WrongStoreFormat,
];

/** Their messages say all: what stands in the way is another program, or was met in another thread. */
const PLAIN = [CollectionFailed, NotSentBack, PortTaken, StoreFailed, TaskFailed];

/** What the user can put right is one line, as is what the machine refuses; anything else keeps its stack. */
function explain(error: unknown): number {
  if (CORRECTABLE.some((type) => error instanceof type)) {
    process.stderr.write(`${(error as Error).message}\n`);
    return 2;
  }
  process.stderr.write(`${isPlain(error) ? error.message : stackOf(error)}\n`);
  return 1;
}

function isPlain(error: unknown): error is Error {
  return PLAIN.some((type) => error instanceof type) || isRefusedByAws(error) || isRefusedByMachine(error);
}

/** A full disk, a folder that may not be written: the message names the call and the path. */
function isRefusedByMachine(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
