import { numberOf } from './byte-table.ts';
import { decodeBytes, decodeTwice, neutralise } from './decoding.ts';
import { idOf } from './dictionary.ts';
import { CLASSES, type Client } from './event-block.ts';
import { agentClass } from './request-text.ts';
import { clientKey, type Tables } from './tables.ts';
import { grown, LONGEST_VALUE } from './text-column.ts';

/** The number of an agent's spelling; its facts are known afterwards. */
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
  const facts = agentClass(agent, settings.rules);
  agents.clients[number] = clientId(tables, facts.client);
  agents.classes[number] = CLASSES.indexOf(facts.class);
  agents.rules[number] = idOf(dictionaries.rule, facts.rule);
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
