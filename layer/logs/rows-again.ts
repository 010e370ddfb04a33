import { agentFacts } from './client.ts';
import { type CompiledRules, compileRules } from './compiled-rules.ts';
import { CLASSES, type Client, type Dictionary, type EventBlock } from './event-block.ts';
import { probeRule } from './probes.ts';
import type { Rules } from './rules.ts';

/** Rows under other rules than those they were read with. */
export interface RowsAgain {
  readonly block: EventBlock;
  /** Indexes of the rows that still count, in order. */
  readonly rows: Int32Array;
  /** How many the rules now leave out. */
  readonly excluded: number;
}

const [HUMAN, BOT, PROBE, MONITOR] = CLASSES.map((_, index) => index) as [number, number, number, number];

/**
 * Applies today's rules to rows that were kept: paths and queries can only lose more, exclusions leave rows
 * out, and classes are decided again from what a row still says of its agent (its product name) and path.
 * Under unchanged rules nothing changes. The block's own columns are not touched.
 */
export function applyRules(block: EventBlock, given: Rules): RowsAgain {
  const rules = compileRules(given);
  const paths = mapped(block.dictionaries.cs_uri_stem, (path) => rules.rewritePath(path));
  const allowed = new Set(given.query_parameters);
  const queries = mapped(block.dictionaries.cs_uri_query, (query) => narrowed(query, allowed));
  const again: EventBlock = {
    ...block,
    cs_uri_stem: block.cs_uri_stem.map((id) => paths.ids[id] as number),
    cs_uri_query: block.cs_uri_query.map((id) => queries.ids[id] as number),
    class: block.class.slice(),
    rule: block.rule.slice(),
    dictionaries: {
      ...block.dictionaries,
      cs_uri_stem: paths.dictionary,
      cs_uri_query: queries.dictionary,
      rule: { values: [...block.dictionaries.rule.values] },
    },
  };
  classify(again, rules);
  const rows = Int32Array.from({ length: block.length }, (_, row) => row);
  const kept = rules.excludes ? rows.filter((row) => !isExcluded(again, rules, row)) : rows;
  return { block: again, rows: kept, excluded: block.length - kept.length };
}

/** Ids of the values that a function makes of those of a dictionary; id 0 stays "absent". */
function mapped(dictionary: Dictionary, change: (value: string) => string) {
  const values = [''];
  const known = new Map([['', 0]]);
  const ids = dictionary.values.map((value, id) => {
    const next = id === 0 ? '' : change(value);
    const found = known.get(next) ?? values.push(next) - 1;
    known.set(next, found);
    return found;
  });
  return { ids, dictionary: { values } };
}

function narrowed(query: string, allowed: ReadonlySet<string>): string {
  const kept = Object.entries(JSON.parse(query)).filter(([name]) => allowed.has(name));
  return kept.length === 0 ? '' : JSON.stringify(Object.fromEntries(kept));
}

function classify(block: EventBlock, rules: CompiledRules): void {
  const { clients, rule, cs_uri_stem } = block.dictionaries;
  const texts = rule.values as string[];
  const ruleId = (text: string) => (texts.includes(text) ? texts.indexOf(text) : texts.push(text) - 1);
  const monitors = clients.map((client) => monitorRule(client, rules));
  const probes = cs_uri_stem.values.map((path) => probeRule(path));
  for (let row = 0; row < block.length; row++) {
    const before = texts[block.rule[row] as number] as string;
    const client = block.client[row] as number;
    const stored = block.class[row];
    const monitor =
      monitors[client] ?? (stored === MONITOR && rules.isMonitor(patternOf(before)) ? before : undefined);
    const probe = stored === PROBE ? before : probes[block.cs_uri_stem[row] as number];
    const bot = stored === BOT ? before : botRule(clients[client] as Client, stored === HUMAN);
    const [found, text] = decide(monitor, probe, bot);
    block.class[row] = found;
    block.rule[row] = ruleId(text);
  }
}

/** First match wins, in the order of the classes' definition. */
function decide(
  monitor: string | undefined,
  probe: string | undefined,
  bot: string | undefined,
): [number, string] {
  if (monitor !== undefined) return [MONITOR, monitor];
  if (probe !== undefined) return [PROBE, probe];
  return bot === undefined ? [HUMAN, ''] : [BOT, bot];
}

const MONITOR_RULE = 'monitor: ';

function monitorRule({ agent }: Client, rules: CompiledRules): string | undefined {
  const pattern = agent === '' ? undefined : rules.monitorOf(agent);
  return pattern === undefined ? undefined : MONITOR_RULE + pattern;
}

function patternOf(rule: string): string {
  return rule.startsWith(MONITOR_RULE) ? rule.slice(MONITOR_RULE.length) : rule;
}

/** What was a monitor or a probe until now may be a bot; what was human had an agent that is none. */
function botRule({ agent, device }: Client, wasHuman: boolean): string | undefined {
  if (wasHuman || (device !== 'bot' && agent === '')) return undefined;
  return agentFacts(agent).bot ?? (device === 'bot' ? 'isbot' : undefined);
}

function isExcluded({ dictionaries, ...block }: EventBlock, rules: CompiledRules, row: number): boolean {
  const host = dictionaries.cs_host.values[block.cs_host[row] as number] as string;
  const path = dictionaries.cs_uri_stem.values[block.cs_uri_stem[row] as number] as string;
  return rules.isExcluded(host, path, (dictionaries.clients[block.client[row] as number] as Client).agent);
}
