import { type ForgetTarget, findForgettable, forget } from '../../lambdas/corrections/forget.ts';
import { isAgreed } from './agreement.ts';
import { BadUsage, type Command, type Given } from './command.ts';
import { openKnownSession, type Session, STORE_OPTION } from './session.ts';

export const forgetCommand: Command = {
  name: 'forget',
  summary: 'Takes an imported object out of every number. The log file itself is not touched.',
  takes: '<object id> | --location <pattern>',
  options: {
    ...STORE_OPTION,
    location: { type: 'string', value: 'pattern', meaning: 'objects that were seen there; * is any text' },
    yes: { type: 'boolean', meaning: 'do not ask' },
    json: { type: 'boolean', meaning: 'one line of JSON per object' },
  },
  examples: ['forget 8c6f0a5d1e2b3c4d5e6f708192a3b4c5', "forget --location '*/2026-02-16-*.gz' --yes"],
  run: runForget,
};

async function runForget(given: Given): Promise<number> {
  const target = targetOf(given);
  const session = await openKnownSession(given.text('store'));
  try {
    const found = await findForgettable(session.pipeline, target);
    if (found.length === 0) throw new BadUsage('forget: nothing that is counted matches');
    const records = found.reduce((sum, { entry }) => sum + entry.records, 0);
    if (!(await isAgreed('forget', given, `Forget ${found.length} objects with ${records} records?`)))
      return 1;
    return await forgetFound(session, target, given.flag('json'));
  } finally {
    await session.close();
  }
}

async function forgetFound(session: Session, target: ForgetTarget, json: boolean): Promise<number> {
  const answers = await forget(session.pipeline, target, 'command line');
  await session.carryThrough();
  for (const answer of answers) {
    const reason = answer.reason === undefined ? '' : `: ${answer.reason}`;
    const line = json ? JSON.stringify(answer) : `${answer.object_id} ${answer.outcome}${reason}`;
    process.stdout.write(`${line}\n`);
  }
  return answers.some(({ outcome }) => outcome === 'refused') ? 2 : 0;
}

function targetOf(given: Given): ForgetTarget {
  const location = given.text('location');
  const [object_id, ...more] = given.positionals;
  if (more.length > 0 || (object_id === undefined) === (location === undefined))
    throw new BadUsage('forget: name one object id, or --location <pattern>');
  if (location !== undefined) return { location };
  if (/^[0-9a-f]{32}$/.test(object_id as string)) return { object_id: object_id as string };
  throw new BadUsage(`forget: "${object_id}" is no object id: 32 hex digits`);
}
