/**
 * Uses a token for so many seconds, one use after the other: `tokens-process.ts <bucket> <token> <own name> <seconds>`.
 * Its last line of output says how many uses were accepted and how many had no turn, as JSON.
 */
import { openBucket } from '@sgraph-backbone/layer/drivers';
import { createTokens, TokenBusy } from '@sgraph-backbone/layer/tokens';
import { tokenUse } from './token-use.ts';

const [bucket = '', token = '', name = '', seconds = '0'] = process.argv.slice(2);
const store = await openBucket(bucket);
const failed = (error: unknown) => {
  throw error;
};
const tokens = createTokens({ data: store, now: Date.now, sink: { take: async () => [] }, failed });
const told = { accepted: 0, busy: 0, longest: 0 };
const end = Date.now() + Number(seconds) * 1000;
for (let number = 0; Date.now() < end; number++) {
  const begun = Date.now();
  try {
    await tokens.use(token, tokenUse(`${name}-${number}`));
    told.accepted++;
  } catch (error) {
    if (!(error instanceof TokenBusy)) throw error;
    told.busy++;
  }
  told.longest = Math.max(told.longest, Date.now() - begun);
}
await tokens.settled();
store.close();
process.stdout.write(`${JSON.stringify(told)}\n`);
