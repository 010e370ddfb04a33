import { type Finding, verifyStore } from '@sgraph-backbone/layer/derived';
import type { Command, Given } from './command.ts';
import { openKnownSession, STORE_OPTION, storePlace, storeUrl } from './session.ts';

export const verifyCommand: Command = {
  name: 'verify',
  summary:
    'Recomputes every number from what it was made of, and lists what differs and what cannot be checked.',
  takes: '',
  options: {
    ...STORE_OPTION,
    json: {
      type: 'boolean',
      meaning: 'one line of JSON per finding that is not the same, and one with the counts',
    },
  },
  examples: ['verify', 'verify --store disk:/var/lib/backbone'],
  run: runVerify,
};

async function runVerify(given: Given): Promise<number> {
  const session = await openKnownSession(given.text('store'));
  const found = { same: 0, different: 0, unverifiable: 0 };
  try {
    for await (const finding of verifyStore(session.pipeline)) {
      found[finding.outcome]++;
      if (finding.outcome !== 'same') process.stdout.write(lineOf(finding, given.flag('json')));
    }
  } finally {
    await session.close();
  }
  process.stdout.write(given.flag('json') ? `${JSON.stringify(found)}\n` : summaryOf(found, given));
  return found.different === 0 ? 0 : 1;
}

function lineOf(finding: Finding, json: boolean): string {
  if (json) return `${JSON.stringify(finding)}\n`;
  return `${finding.outcome.padEnd(13)}${finding.what}: ${finding.why}\n`;
}

function summaryOf(
  { same, different, unverifiable }: Record<Finding['outcome'], number>,
  given: Given,
): string {
  if (same + different + unverifiable === 0)
    return `${storePlace(storeUrl(given.text('store')))} has no counted logs: there is nothing to verify\n`;
  return `${same} same, ${different} different, ${unverifiable} unverifiable\n`;
}
