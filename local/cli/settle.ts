import { NothingToSettle, settleByHand } from '../../lambdas/corrections/settle.ts';
import { BadUsage, type Command, type Given } from './command.ts';
import { instantOf, optionalInstant } from './instant.ts';
import { openKnownSession, STORE_OPTION } from './session.ts';

export const settleCommand: Command = {
  name: 'settle',
  summary: 'Says by hand that everything of a feed has been delivered for a time, which makes it final.',
  takes: '',
  options: {
    ...STORE_OPTION,
    feed: { type: 'string', value: 'feed', meaning: 'such as standard.E2EXAMPLE' },
    'complete-from': { type: 'string', value: 'instant', meaning: 'default: where coverage ends' },
    'complete-through': {
      type: 'string',
      value: 'instant',
      meaning: 'everything up to here has been delivered',
    },
    json: { type: 'boolean', meaning: 'one line of JSON' },
  },
  examples: ['settle --feed standard.E2EXAMPLE --complete-through 2026-02-17'],
  run: runSettle,
};

async function runSettle(given: Given): Promise<number> {
  const feed = given.text('feed');
  const through = given.text('complete-through');
  if (feed === undefined || through === undefined)
    throw new BadUsage('settle: --feed and --complete-through are needed');
  const claim = {
    feed,
    from: optionalInstant('settle', 'complete-from', given.text('complete-from')),
    through: instantOf('settle', 'complete-through', through),
  };
  const session = await openKnownSession(given.text('store'));
  try {
    const { start, end, settled } = await settleByHand(session.pipeline, claim, 'command line');
    const [from, to] = [start, end].map((ms) => new Date(ms).toISOString());
    const text = `${feed} is complete from ${from} to ${to}; ${settled} roll-ups changed`;
    process.stdout.write(`${given.flag('json') ? JSON.stringify({ feed, start, end, settled }) : text}\n`);
    return 0;
  } catch (error) {
    if (error instanceof NothingToSettle) throw new BadUsage(`settle: ${error.message}`);
    throw error;
  } finally {
    await session.close();
  }
}
