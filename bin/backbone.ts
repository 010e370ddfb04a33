import { enableCompileCache } from 'node:module';

const NEEDED = 24;
const { node } = process.versions;

// Node 22.18 and 23 start this file, and would fail somewhere inside.
if (Number.parseInt(node, 10) < NEEDED) {
  process.stderr.write(
    `Backbone needs Node ${NEEDED}, and this is ${node}. npm brings the right one: npm ci, then npm start, or npm run -s backbone -- <command>\n`,
  );
  process.exitCode = 1;
} else {
  // Most commands take less time than the parsing of their program does; without a folder for it nothing is lost.
  enableCompileCache();
  const { runCommandLine } = await import('../local/cli/command-line.ts');
  process.exitCode = await runCommandLine(process.argv.slice(2));
}
