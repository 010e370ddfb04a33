import { enableCompileCache } from 'node:module';

// Most commands take less time than the parsing of their program does; without a folder for it nothing is lost.
enableCompileCache();

const { runCommandLine } = await import('../local/cli/command-line.ts');

process.exitCode = await runCommandLine(process.argv.slice(2));
