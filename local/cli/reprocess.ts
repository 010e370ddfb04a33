import { tmpdir } from 'node:os';
import { recutDays, reprocess } from '../../lambdas/corrections/reprocess.ts';
import type { Command, Given } from './command.ts';
import { optionalInstant } from './instant.ts';
import { openKnownSession, STORE_OPTION } from './session.ts';

export const reprocessCommand: Command = {
  name: 'reprocess',
  summary: "Sums kept rows again under today's rules, and cuts days in today's time zone.",
  takes: '',
  options: {
    ...STORE_OPTION,
    from: { type: 'string', value: 'instant', meaning: 'from this instant on (default: the first one)' },
    to: { type: 'string', value: 'instant', meaning: 'up to this instant (default: the last one)' },
    json: { type: 'boolean', meaning: 'one line of JSON' },
  },
  examples: ['reprocess --from 2026-02-01 --to 2026-03-01', 'reprocess'],
  run: runReprocess,
};

async function runReprocess(given: Given): Promise<number> {
  const range = {
    from: optionalInstant('reprocess', 'from', given.text('from')),
    to: optionalInstant('reprocess', 'to', given.text('to')),
  };
  const session = await openKnownSession(given.text('store'));
  try {
    const { settings } = session.ingestOptions;
    const options = { actor: 'command line', temporaryFolder: tmpdir() };
    const answer = await reprocess(session.pipeline, settings, range, options);
    await session.carryThrough();
    await recutDays(session.pipeline, range);
    const text = `${answer.summed} objects summed again, ${answer.kept} keep their sums (their raw data has expired)`;
    process.stdout.write(`${given.flag('json') ? JSON.stringify(answer) : text}\n`);
    return 0;
  } finally {
    await session.close();
  }
}
