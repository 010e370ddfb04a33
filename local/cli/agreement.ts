import { createInterface } from 'node:readline/promises';
import { BadUsage, type Given } from './command.ts';

/** Asks before something that can't be undone at once; `--yes` answers. Throws BadUsage where nobody can be asked. */
export async function isAgreed(command: string, given: Given, question: string): Promise<boolean> {
  if (given.flag('yes')) return true;
  if (!process.stdin.isTTY) throw new BadUsage(`${command}: not a terminal to ask on; say --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}
