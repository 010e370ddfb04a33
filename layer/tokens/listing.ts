import { abreast, type ObjectStore, readJson } from '@sgraph-backbone/layer/store';
import { nameOfKey, recordFolder, recordKey } from './place.ts';
import { type Status, statusOf, type TokenRecord } from './record.ts';

export interface ListQuestion {
  /** Names that begin with this. @default '' */
  readonly prefix?: string;
  readonly status?: Status;
  /** The last name that was seen. */
  readonly after?: string;
  readonly limit: number;
}

export interface TokenPage {
  /** By name. */
  readonly tokens: readonly TokenRecord[];
  /** The last name that was looked at; absent: there are no more. */
  readonly after?: string;
}

/** Records that one page looks at, at most: where few have the status, a page is shorter than its limit. */
const LOOKED_AT = 1_000;

const ABREAST = 16;

/** Tokens in the order of their names. */
export async function listTokens(data: ObjectStore, question: ListQuestion, now: number): Promise<TokenPage> {
  const { status, limit } = question;
  const tokens: TokenRecord[] = [];
  let [looked, last] = [0, ''];
  for await (const names of namePages(data, question, limit)) {
    for (const [index, record] of (await recordsOf(data, names)).entries()) {
      if (tokens.length === limit || looked === LOOKED_AT) return { tokens, after: last };
      looked++;
      last = names[index]!;
      if (record !== undefined && (status === undefined || statusOf(record, now) === status))
        tokens.push(record);
    }
  }
  return { tokens };
}

/** Names as many at a time as a page has, so that few records are read in vain. */
async function* namePages(data: ObjectStore, { prefix = '', after }: ListQuestion, size: number) {
  const folder = recordFolder();
  // `~` comes behind what ends a name in its key, and before no name that begins like this one.
  const startAfter = after === undefined || after < prefix ? folder + prefix : `${folder}${after}!~`;
  let page: string[] = [];
  for await (const row of data.list(folder, { startAfter })) {
    if ('prefix' in row) continue;
    const name = nameOfKey(row.key);
    if (!name.startsWith(prefix)) break;
    page.push(name);
    // One more than a page has: it says whether there is another one.
    if (page.length <= size) continue;
    yield page;
    page = [];
  }
  yield page;
}

async function recordsOf(data: ObjectStore, names: readonly string[]) {
  const records = new Array<TokenRecord | undefined>(names.length);
  await abreast(names.entries(), ABREAST, async ([index, name]) => {
    records[index] = await readToken(data, name);
  });
  return records;
}

/** The record of a token; undefined: there is none. */
export async function readToken(data: ObjectStore, name: string): Promise<TokenRecord | undefined> {
  return (await readJson<TokenRecord>(data, recordKey(name)))?.value;
}
