import { agentFacts } from './client.ts';
import * as forms from './closed-forms.ts';
import type { CompiledRules } from './compiled-rules.ts';
import { decodeText, neutralise } from './decoding.ts';
import type { Class, Client } from './event-block.ts';
import { type Hide, hideNothing } from './hidden-id.ts';
import { keptPath, LONGEST_URL } from './path.ts';
import { probeRule } from './probes.ts';
import { keptQuery } from './query.ts';

/** What is kept of the URL of a request. */
export interface RequestTarget {
  readonly path: string;
  /** Allow-listed parameters as canonical JSON; `''` when none is left. */
  readonly query: string;
  /** The rule by which only scanners ask for this path. */
  readonly probe?: string;
}

/**
 * What the parser of logs keeps of the URL of a request, for those who have it as text: one URL decoding, path rules,
 * redaction, allow-listed parameters. A fragment never reaches a server and may hold a link's secret: it goes first. `hide` takes out of the kept texts what the caller
 * knows to be personal.
 */
export function requestTarget(
  url: string,
  rules: CompiledRules,
  allowed: ReadonlySet<string>,
  hide: Hide = hideNothing,
): RequestTarget {
  const [sent = ''] = url.split('#', 1);
  const mark = sent.indexOf('?');
  const stem = mark < 0 ? sent : sent.slice(0, mark);
  const decoded = neutralise(decodeText(stem)).slice(0, LONGEST_URL);
  const probe = probeRule(decoded);
  return {
    path: keptPath(decoded, rules, hide),
    query: mark < 0 ? '' : keptQuery(sent.slice(mark + 1), allowed, hide),
    ...(probe === undefined ? {} : { probe }),
  };
}

/** What is kept of an agent, and what it makes of its requests. */
export interface AgentClass {
  readonly client: Client;
  readonly class: Class;
  /** Why it is not `human`; else `''`. */
  readonly rule: string;
}

/** First match wins: a monitor of the settings, a bot, else human. `agent` is decoded text. */
export function agentClass(agent: string, rules: CompiledRules): AgentClass {
  const { client, bot } = agentFacts(agent);
  const monitor = rules.monitorOf(agent);
  if (monitor !== undefined) return { client, class: 'monitor', rule: `monitor: ${monitor}` };
  return bot === undefined ? { client, class: 'human', rule: '' } : { client, class: 'bot', rule: bot };
}

/** The domain that a referrer names; `''` for none. */
export function referrerDomain(referrer: string): string {
  return referrer === '' ? '' : forms.referrerDomain(neutralise(referrer));
}
