import type { DeadLetter } from '../doctor/redrive.ts';
import type { StackQueue } from '../doctor/stack-queues.ts';
import { isAgreed } from './agreement.ts';
import { BadUsage, type Command, type Given } from './command.ts';

export const redriveCommand: Command = {
  name: 'redrive',
  summary: 'Sends dead letters of a deployment back to their queues. They are safe to repeat.',
  takes: '',
  options: {
    'stack-prefix': {
      type: 'string',
      value: 'name',
      meaning: 'BACKBONE_NAME of the deployment (default: backbone)',
    },
    queue: { type: 'string', value: 'name', meaning: 'this queue alone: ingest, consolidate, …' },
    'dry-run': { type: 'boolean', meaning: 'only show what waits, ten of each queue at most' },
    yes: { type: 'boolean', meaning: 'do not ask' },
  },
  examples: ['redrive --dry-run', 'redrive --queue ingest'],
  run: runRedrive,
};

/** Longer bodies are cut. */
const SHOWN = 300;

async function runRedrive(given: Given): Promise<number> {
  const { queueClient, stackQueues } = await import('../doctor/stack-queues.ts');
  const { peekDeadLetters, redrive } = await import('../doctor/redrive.ts');
  const queues = chosen(await stackQueues(given.text('stack-prefix') ?? 'backbone'), given.text('queue'));
  const client = queueClient();
  for (const { name, url, deadLettersUrl } of queues) {
    if (url === undefined) continue;
    const seen = await peekDeadLetters(client, deadLettersUrl);
    process.stdout.write(
      seen.length === 0 ? `${name}: no dead letters\n` : seen.map((letter) => lineOf(name, letter)).join(''),
    );
    if (seen.length === 0 || given.flag('dry-run')) continue;
    if (!(await isAgreed('redrive', given, `Send the dead letters of ${name} back?`))) continue;
    const sent = await redrive(client, deadLettersUrl, url);
    process.stdout.write(`${name}: ${sent} sent back\n`);
  }
  return 0;
}

function chosen(queues: readonly StackQueue[], name: string | undefined): readonly StackQueue[] {
  if (name === undefined) return queues;
  const found = queues.filter((queue) => queue.name === name);
  if (found.length === 0)
    throw new BadUsage(
      `redrive: there is no queue "${name}"; there are ${queues.map((queue) => queue.name).join(', ')}`,
    );
  if (found[0]?.url === undefined)
    throw new BadUsage(`redrive: ${name} are never sent back: the next run does their work`);
  return found;
}

function lineOf(name: string, { body, sent, reason }: DeadLetter): string {
  const text = body.length > SHOWN ? `${body.slice(0, SHOWN)}…` : body;
  return `${name}: ${new Date(sent).toISOString()} ${reason === undefined ? '' : `(${reason}) `}${text}\n`;
}
