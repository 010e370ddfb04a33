import { type ByteTable, createByteTable } from './byte-table.ts';
import { NO_CLIENT } from './client.ts';
import * as forms from './closed-forms.ts';
import { type ColumnGroup, createColumnGroup } from './column-group.ts';
import type { CompiledRules } from './compiled-rules.ts';
import { decodeBytes, neutralise } from './decoding.ts';
import { createDictionary, type GrowingDictionary } from './dictionary.ts';
import type { Client, Dictionaries } from './event-block.ts';
import { keptQuery } from './query.ts';
import { createTextColumn, type TextColumn } from './text-column.ts';
import { createValueMemory, type ValueMemory, valueBytes } from './value-memory.ts';
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
  readonly memory: ValueMemory;
  /** Bytes of it that even empty tables need. */
  readonly empty: number;
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
    /** Ids of countries; −1 for what is no address. */
    countries: Int32Array;
    excluded: Uint8Array;
  };
  readonly clientIds: Map<string, number>;
  /** The caches of the keys used last; the newest last. */
  visitors: VisitorCache[];
}

type TextName = Exclude<keyof Dictionaries, 'clients'>;

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
    'event_id',
    'event_type',
    'source',
    'transfer_hash',
    'token',
  ];
  const growing = Object.fromEntries(names.map((name) => [name, createDictionary()])) as {
    [Name in TextName]: GrowingDictionary;
  };
  const memory = createValueMemory();
  const table = () => createByteTable(memory);
  const tables = {
    settings,
    memory,
    dictionaries: { ...growing, clients: [NO_CLIENT] },
    texts: textColumns(memory, growing, settings),
    groups: new Map(),
    paths: { table: table(), ids: new Int32Array(64), probes: new Int32Array(64) },
    agents: {
      table: table(),
      clients: new Int32Array(64),
      classes: new Uint8Array(64),
      rules: new Int32Array(64),
      texts: [],
    },
    addresses: {
      table: table(),
      canonical: [],
      countries: new Int32Array(64),
      excluded: new Uint8Array(64),
    },
    clientIds: new Map([[clientKey(NO_CLIENT), 0]]),
    visitors: [],
  };
  return { ...tables, empty: valueBytes(memory) };
}

/** An estimate in bytes of what the tables hold: keys, texts, and 120 bytes for an entry's objects. */
export function heldBytes(tables: Tables): number {
  const { paths, agents, addresses, dictionaries } = tables;
  let bytes = valueBytes(tables.memory) - tables.empty;
  for (const { table } of [paths, agents, addresses]) bytes += table.size * 60;
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
export function groupOf(tables: Tables, key: string, names: readonly string[]): ColumnGroup {
  const known = tables.groups.get(key);
  if (known) return known;
  const group = createColumnGroup(
    tables.memory,
    names.map((name) => tables.texts[name]!),
  );
  tables.groups.set(key, group);
  return group;
}

function textColumns(
  memory: ValueMemory,
  growing: { [Name in TextName]: GrowingDictionary },
  settings: TableSettings,
): Record<string, TextColumn | undefined> {
  const column = (name: TextName, make: (text: string) => string) =>
    createTextColumn(memory, growing[name], (bytes, start, end) =>
      make(neutralise(decodeBytes(bytes, start, end))),
    );
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

/** Equal clients have equal keys. */
export function clientKey(client: Client): string {
  return [client.browser, client.browser_version, client.operating_system, client.device, client.agent].join(
    '\t',
  );
}
