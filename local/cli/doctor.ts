import { existsSync } from 'node:fs';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';
import { BadStoreInput } from '@sgraph-backbone/layer/store';
import { examineStore, type Observation } from '../doctor/index.ts';
import type { Command, Given } from './command.ts';
import { STORE_OPTION, storeUrl } from './session.ts';

export const doctorCommand: Command = {
  name: 'doctor',
  summary: 'Looks for what is wrong with a store or a deployment, and says what to do. Changes nothing.',
  takes: '',
  options: {
    ...STORE_OPTION,
    'stack-prefix': {
      type: 'string',
      value: 'name',
      meaning: 'BACKBONE_NAME of a deployment, to look at its queues as well',
    },
    json: { type: 'boolean', meaning: 'one line of JSON per check, fine ones included' },
  },
  examples: ['doctor', "doctor --store 's3://data?observability=logs' --stack-prefix backbone"],
  run: runDoctor,
};

const days = (fallback: string) =>
  z
    .string()
    .regex(/^[1-9]\d{0,3}$/, 'a whole number')
    .default(fallback);

/** As the deployment was told; the same names. */
const ENVIRONMENT = { BACKBONE_RAW_RETENTION_DAYS: days('90'), BACKBONE_FRESHNESS_HOURS: days('24') };

async function runDoctor(given: Given): Promise<number> {
  const found: Observation[] = [];
  for await (const seen of observations(given)) {
    found.push(seen);
    process.stdout.write(given.flag('json') ? `${JSON.stringify(seen)}\n` : textOf(seen));
  }
  const faults = found.filter(({ outcome }) => outcome === 'fault').length;
  if (!given.flag('json')) process.stdout.write(`${found.length} checks, ${faults} faults\n`);
  return faults === 0 ? 0 : 1;
}

async function* observations(given: Given): AsyncIterable<Observation> {
  const { BACKBONE_RAW_RETENTION_DAYS, BACKBONE_FRESHNESS_HOURS } = readEnvironment(ENVIRONMENT, process.env);
  const store = await openStore(existing(storeUrl(given.text('store'))));
  try {
    yield* examineStore({
      store,
      now: Date.now(),
      rawRetentionDays: Number(BACKBONE_RAW_RETENTION_DAYS),
      freshnessHours: Number(BACKBONE_FRESHNESS_HOURS),
    });
    yield* queuesSeen(given.text('stack-prefix'));
  } finally {
    await store.close();
  }
}

/** The SDK is loaded by those who ask for queues. */
async function* queuesSeen(prefix: string | undefined): AsyncIterable<Observation> {
  const check = 'dead letters';
  if (prefix === undefined)
    return yield {
      check,
      outcome: 'note',
      what: 'skipped: without --stack-prefix there are no queues to look at',
    };
  const { queueClient, stackQueues } = await import('../doctor/stack-queues.ts');
  const { deadLettersSeen } = await import('../doctor/dead-letters.ts');
  yield* deadLettersSeen(queueClient(), await stackQueues(prefix), prefix);
}

/** Opening a folder would make it. */
function existing(url: string): string {
  const folder = url.startsWith('disk:') ? url.slice('disk:'.length) : undefined;
  if (folder === undefined || existsSync(folder)) return url;
  throw new BadStoreInput(`There is no store at ${folder}`);
}

function textOf({ check, outcome, what, why, remedy }: Observation): string {
  const lines = [`${outcome.padEnd(6)}${check}: ${what}`];
  if (why !== undefined) lines.push(`      why it matters: ${why}`);
  if (remedy !== undefined) lines.push(`      what to do: ${remedy}`);
  return `${lines.join('\n')}\n`;
}
