import { canonicalFromBytes } from './address.ts';
import { type ByteTable, createByteTable, numberOf } from './byte-table.ts';
import { agentFacts, NO_CLIENT } from './client.ts';
import * as forms from './closed-forms.ts';
import { type ColumnGroup, createColumnGroup } from './column-group.ts';
import type { CompiledRules } from './compiled-rules.ts';
import { decodeBytes, decodeTwice, neutralise } from './decoding.ts';
import { createDictionary, type GrowingDictionary, idOf } from './dictionary.ts';
import { CLASSES, type Client, type Dictionaries } from './event-block.ts';
import { decodedPath, keptPath } from './path.ts';
import { probeRule } from './probes.ts';
import { keptQuery } from './query.ts';
import { createTextColumn, grown, LONGEST_VALUE, type TextColumn } from './text-column.ts';
import type { VisitorCache } from './visitor.ts';

/** What facts are made with. Other settings need other tables. */
export interface TableSettings {
  readonly rules: CompiledRules;
  readonly queryParameters: readonly string[];
  readonly keepRequestIds: boolean;
  readonly country?: (address: string) => string | undefined;
  readonly excludeAddress?: (address: string) => boolean;
}

/** Everything that is remembered about values from line to line and object to object. */
export interface Tables {
  readonly settings: TableSettings;
  readonly dictionaries: Dictionaries & { readonly [Name in TextName]: GrowingDictionary } & {
    readonly clients: Client[];
  };
  /** By the event's column. */
  readonly texts: Readonly<Record<string, TextColumn | undefined>>;
  /** By the names of their columns. */
  readonly groups: Map<string, ColumnGroup>;
  readonly paths: { table: ByteTable; ids: Int32Array; probes: Int32Array };
  readonly agents: {
    table: ByteTable;
    clients: Int32Array;
    classes: Uint8Array;
    rules: Int32Array;
    /** Kept only while an `exclude` rule asks for it. */
    texts: string[];
  };
  readonly addresses: {
    table: ByteTable;
    canonical: (string | undefined)[];
    countries: Int32Array;
    excluded: Uint8Array;
  };
  readonly clientIds: Map<string, number>;
  /** The caches of the keys used last; the newest last. */
  visitors: VisitorCache[];
}

type TextName = Exclude<keyof Dictionaries, 'clients'>;

const BOT = CLASSES.indexOf('bot');
const MONITOR = CLASSES.indexOf('monitor');

export function createTables(settings: TableSettings): Tables {
  const names: TextName[] = [
    'distribution',
    'cs_method',
    'cs_uri_stem',
    'cs_uri_query',
    'cs_protocol',
    'cs_protocol_version',
    'sc_content_type',
    'x_edge_location',
    'result_type',
    'ssl_protocol',
    'ssl_cipher',
    'cs_host',
    'c_country',
    'referrer_domain',
    'rule',
    'x_edge_request_id',
  ];
  const growing = Object.fromEntries(names.map((name) => [name, createDictionary()])) as {
    [Name in TextName]: GrowingDictionary;
  };
  return {
    settings,
    dictionaries: { ...growing, clients: [NO_CLIENT] },
    texts: textColumns(growing, settings),
    groups: new Map(),
    paths: { table: createByteTable(), ids: new Int32Array(64), probes: new Int32Array(64) },
    agents: {
      table: createByteTable(),
      clients: new Int32Array(64),
      classes: new Uint8Array(64),
      rules: new Int32Array(64),
      texts: [],
    },
    addresses: {
      table: createByteTable(),
      canonical: [],
      countries: new Int32Array(64),
      excluded: new Uint8Array(64),
    },
    clientIds: new Map([[clientKey(NO_CLIENT), 0]]),
    visitors: [],
  };
}

/** An estimate in bytes of what the tables hold: keys, texts, and 120 bytes for an entry's objects. */
export function heldBytes(tables: Tables): number {
  const { paths, agents, addresses, texts, groups, dictionaries } = tables;
  let bytes = 0;
  for (const { table } of [paths, agents, addresses]) bytes += table.used * 4 + table.size * 60;
  for (const name in texts) bytes += (texts[name]?.table.used ?? 0) * 4;
  for (const { table } of groups.values()) bytes += table.slots.length * 4 + table.arena.length * 4;
  for (const name in dictionaries) {
    const dictionary = dictionaries[name as TextName | 'clients'];
    if (!Array.isArray(dictionary)) {
      const { characters, values } = dictionary as GrowingDictionary;
      bytes += characters * 2 + values.length * 120;
    }
  }
  return bytes;
}

/** The group of neighbouring columns with these names. */
export function groupOf(tables: Tables, names: readonly string[]): ColumnGroup {
  const key = names.join(' ');
  const known = tables.groups.get(key);
  if (known) return known;
  const group = createColumnGroup(names.map((name) => tables.texts[name]!));
  tables.groups.set(key, group);
  return group;
}

/** The number of a path's spelling; its facts are known afterwards. */
export function pathNumber(
  tables: Tables,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): number {
  const { paths } = tables;
  const cut = Math.min(end, start + LONGEST_VALUE);
  const size = paths.table.size;
  const number = numberOf(paths.table, view, start, cut);
  if (number === size) learnPath(tables, number, bytes, start, cut);
  return number;
}

function learnPath(tables: Tables, number: number, bytes: Uint8Array, start: number, end: number): void {
  const { paths, dictionaries, settings } = tables;
  if (number >= paths.ids.length) {
    paths.ids = grown(paths.ids, number);
    paths.probes = grown(paths.probes, number);
  }
  const decoded = decodedPath(bytes, start, end);
  paths.ids[number] = idOf(dictionaries.cs_uri_stem, keptPath(decoded, settings.rules));
  paths.probes[number] = idOf(dictionaries.rule, probeRule(decoded) ?? '');
}

export function agentNumber(
  tables: Tables,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): number {
  const { agents } = tables;
  const cut = Math.min(end, start + LONGEST_VALUE);
  const size = agents.table.size;
  const number = numberOf(agents.table, view, start, cut);
  if (number === size) learnAgent(tables, number, bytes, start, cut);
  return number;
}

function learnAgent(tables: Tables, number: number, bytes: Uint8Array, start: number, end: number): void {
  const { agents, dictionaries, settings } = tables;
  if (number >= agents.clients.length) {
    agents.clients = grown(agents.clients, number);
    agents.classes = grown(agents.classes, number);
    agents.rules = grown(agents.rules, number);
  }
  const agent = decodedAgent(bytes, start, end);
  const facts = agentFacts(agent);
  const monitor = settings.rules.monitorOf(agent);
  agents.clients[number] = clientId(tables, facts.client);
  agents.classes[number] = monitor !== undefined ? MONITOR : facts.bot !== undefined ? BOT : 0;
  agents.rules[number] = idOf(
    dictionaries.rule,
    monitor !== undefined ? `monitor: ${monitor}` : (facts.bot ?? ''),
  );
  if (settings.rules.excludes) agents.texts[number] = agent;
}

function decodedAgent(bytes: Uint8Array, start: number, end: number): string {
  if (end - start === 1 && bytes[start] === 0x2d) return '';
  return neutralise(decodeTwice(decodeBytes(bytes, start, end)));
}

function clientId(tables: Tables, client: Client): number {
  const key = clientKey(client);
  const known = tables.clientIds.get(key);
  if (known !== undefined) return known;
  const id = tables.dictionaries.clients.push(client) - 1;
  tables.clientIds.set(key, id);
  return id;
}

function clientKey(client: Client): string {
  return [client.browser, client.browser_version, client.operating_system, client.device, client.agent].join(
    '\t',
  );
}

/** The number of an address's spelling; −1 if the field holds no address. */
export function addressNumber(
  tables: Tables,
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
): number {
  const { addresses } = tables;
  // No spelling of an address is longer than 45 characters.
  if (end - start > 45 || end - start < 2) return -1;
  const size = addresses.table.size;
  const number = numberOf(addresses.table, view, start, end);
  if (number === size) learnAddress(tables, number, bytes, start, end);
  return addresses.canonical[number] === undefined ? -1 : number;
}

function learnAddress(tables: Tables, number: number, bytes: Uint8Array, start: number, end: number): void {
  const { addresses, dictionaries, settings } = tables;
  if (number >= addresses.countries.length) {
    addresses.countries = grown(addresses.countries, number);
    addresses.excluded = grown(addresses.excluded, number);
  }
  const canonical = canonicalFromBytes(bytes, start, end);
  addresses.canonical[number] = canonical;
  if (canonical === undefined) return;
  const country = settings.country?.(canonical);
  addresses.countries[number] = country ? idOf(dictionaries.c_country, forms.country(country)) : 0;
  addresses.excluded[number] = settings.excludeAddress?.(canonical) ? 1 : 0;
}

function textColumns(
  growing: { [Name in TextName]: GrowingDictionary },
  settings: TableSettings,
): Record<string, TextColumn | undefined> {
  const column = (name: TextName, make: (text: string) => string) =>
    createTextColumn(growing[name], (bytes, start, end) => make(neutralise(decodeBytes(bytes, start, end))));
  const allowed = new Set(settings.queryParameters);
  return {
    distribution: column('distribution', forms.distribution),
    cs_method: column('cs_method', forms.method),
    cs_uri_query: column('cs_uri_query', (text) => keptQuery(text, allowed)),
    cs_protocol: column('cs_protocol', forms.protocol),
    cs_protocol_version: column('cs_protocol_version', forms.protocolVersion),
    sc_content_type: column('sc_content_type', forms.contentType),
    x_edge_location: column('x_edge_location', forms.edgeLocation),
    x_edge_result_type: column('result_type', forms.resultType),
    x_edge_response_result_type: column('result_type', forms.resultType),
    x_edge_detailed_result_type: column('result_type', forms.resultType),
    ssl_protocol: column('ssl_protocol', forms.sslProtocol),
    ssl_cipher: column('ssl_cipher', forms.sslCipher),
    cs_host: column('cs_host', forms.host),
    c_country: column('c_country', forms.country),
    referrer: column('referrer_domain', forms.referrerDomain),
    x_edge_request_id: settings.keepRequestIds ? column('x_edge_request_id', forms.requestId) : undefined,
  };
}
