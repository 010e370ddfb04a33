import { type AgentClass, agentClass, type CompiledRules, compileRules } from '@sgraph-backbone/layer/logs';
import { rulesOf, type SiteSettings } from '@sgraph-backbone/layer/settings';

/** What the settings of a site say, made ready to be asked many times. */
export interface SiteFacts {
  readonly rules: CompiledRules;
  /** Query parameters that are kept. */
  readonly allowed: ReadonlySet<string>;
  readonly visitors: boolean;
  readonly agentOf: (agent: string) => AgentClass;
}

/** The same object for the same settings. */
export function siteFacts(settings: SiteSettings): SiteFacts {
  const known = FACTS.get(settings);
  if (known !== undefined) return known;
  const rules = compileRules(rulesOf(settings));
  const facts = {
    rules,
    allowed: new Set(settings.query_parameters),
    visitors: settings.visitors !== 'off',
    agentOf: remembered((agent) => agentClass(agent, rules)),
  };
  FACTS.set(settings, facts);
  return facts;
}

const FACTS = new WeakMap<SiteSettings, SiteFacts>();

/** Agents that are remembered, some 200 bytes each: to look at one takes longer than all the rest of an event. */
const MOST_AGENTS = 2_000;

function remembered(find: (agent: string) => AgentClass): (agent: string) => AgentClass {
  let known = new Map<string, AgentClass>();
  return (agent) => {
    const found = known.get(agent) ?? find(agent);
    if (known.size >= MOST_AGENTS) known = new Map();
    known.set(agent, found);
    return found;
  };
}
