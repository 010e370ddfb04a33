import type { Client, Dictionaries } from '@sgraph-backbone/layer/logs';
import type { Intern, TextDictionary } from './columns.ts';

/** Dictionaries of rows that are read back; they grow while row groups are read. */
export interface GrowingDictionaries {
  readonly dictionaries: Dictionaries;
  readonly intern: Intern;
  /** Id of a client; one whose members are all empty is 0. */
  readonly internClient: (client: Client) => number;
  /** Texts and clients in all dictionaries. */
  readonly size: () => number;
}

/** The client of a row whose source has no agent column. */
export const NOBODY: Client = {
  browser: '',
  browser_version: '',
  operating_system: '',
  device: '',
  agent: '',
};

/** A batch has one feed, so its name is the only distribution. */
export function createDictionaries(distribution: string): GrowingDictionaries {
  const grow = () => ({ values: [''] });
  const texts: Record<TextDictionary, { values: string[] }> = {
    cs_method: grow(),
    cs_uri_stem: grow(),
    cs_uri_query: grow(),
    cs_protocol: grow(),
    cs_protocol_version: grow(),
    sc_content_type: grow(),
    x_edge_location: grow(),
    result_type: grow(),
    ssl_protocol: grow(),
    ssl_cipher: grow(),
    cs_host: grow(),
    c_country: grow(),
    referrer_domain: grow(),
    rule: grow(),
    x_edge_request_id: grow(),
    event_id: grow(),
    event_type: grow(),
    source: grow(),
    transfer_hash: grow(),
    token: grow(),
  };
  const clients: Client[] = [NOBODY];
  return {
    dictionaries: { ...texts, distribution: { values: ['', distribution] }, clients },
    intern: internTexts(texts),
    internClient: internClients(clients),
    size: () => Object.values(texts).reduce((sum, { values }) => sum + values.length, clients.length),
  };
}

function internTexts(texts: Record<TextDictionary, { values: string[] }>): Intern {
  const ids = Object.fromEntries(Object.keys(texts).map((name) => [name, new Map([['', 0]])]));
  return (dictionary, text) => {
    const known = ids[dictionary]!.get(text);
    if (known !== undefined) return known;
    const id = texts[dictionary].values.push(text) - 1;
    ids[dictionary]!.set(text, id);
    return id;
  };
}

function internClients(clients: Client[]): (client: Client) => number {
  const numbers = new Map([['', 0]]);
  const numberOf = (text: string) => idIn(numbers, text, () => numbers.size);
  // Short numbers in the place of texts: five texts as JSON take longer than all the rest of a client.
  const keyOf = (client: Client) =>
    `${numberOf(client.browser)},${numberOf(client.browser_version)},${numberOf(client.operating_system)},${numberOf(client.device)},${numberOf(client.agent)}`;
  const ids = new Map([[keyOf(NOBODY), 0]]);
  return (client) => idIn(ids, keyOf(client), () => clients.push(client) - 1);
}

/** The id of a key, made at first sight. */
export function idIn<K>(ids: Map<K, number>, key: K, create: () => number): number {
  const known = ids.get(key);
  if (known !== undefined) return known;
  const id = create();
  ids.set(key, id);
  return id;
}
