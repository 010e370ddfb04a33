import { isbot, isbotPattern } from 'isbot';
import UAParser from 'ua-parser-js';
import type { Client } from './event-block.ts';
import { redact } from './redaction.ts';

export const NO_CLIENT: Client = {
  browser: '',
  browser_version: '',
  operating_system: '',
  device: '',
  agent: '',
};

/** What an agent string says: the client, and the rule by which it is a bot. */
export interface AgentFacts {
  readonly client: Client;
  readonly bot?: string;
}

/** Crawlers and tools that no pattern of `isbot` finds, by the beginning of their product name. */
const KNOWN_CRAWLERS =
  /\b(GPTBot|ChatGPT-User|OAI-SearchBot|ClaudeBot|Claude-User|Claude-Web|anthropic-ai|PerplexityBot|Perplexity-User|Google-Extended|GoogleOther|Applebot|Bytespider|Amazonbot|CCBot|Diffbot|Meta-ExternalAgent|meta-externalfetcher|facebookexternalhit|cohere-ai|MistralAI-User|DuckAssistBot|YouBot|Timpibot|ImagesiftBot|Nuclei|zgrab|masscan|Nmap|sqlmap|nikto|WPScan)\b/i;

/** What nearly every browser's agent names besides its own name. */
const FURNITURE =
  /^(Mozilla|AppleWebKit|KHTML|Gecko|Chrome|Chromium|Safari|Version|Mobile|Firefox|OPR|Edg|compatible|like|Windows|Linux|Macintosh|X11|Android|https?)$/i;

/** Facts of a decoded agent string; `''` is an empty agent, which is a bot. */
export function agentFacts(agent: string): AgentFacts {
  if (agent === '') return { client: { ...NO_CLIENT, device: 'bot' }, bot: 'empty agent' };
  const crawler = KNOWN_CRAWLERS.exec(agent)?.[1];
  if (crawler) return { client: botClient(crawler), bot: `crawler ${crawler.toLowerCase()}` };
  if (isbot(agent)) return { client: botClient(productName(agent)), bot: `isbot ${isbotPattern(agent)}` };
  return { client: browserClient(agent) };
}

function botClient(name: string): Client {
  return { ...NO_CLIENT, device: 'bot', agent: name };
}

function browserClient(agent: string): Client {
  const parsed = new UAParser(agent).getResult();
  const browser = word(parsed.browser.name);
  return {
    browser,
    browser_version: /^\d{1,4}(?=\.|$)/.exec(parsed.browser.version ?? '')?.[0] ?? '',
    operating_system: word(parsed.os.name),
    device: deviceOf(parsed),
    agent: browser === '' ? productName(agent) : '',
  };
}

function deviceOf(parsed: UAParser.IResult): Client['device'] {
  const type = parsed.device.type;
  if (type === 'mobile' || type === 'tablet') return type;
  if (type !== undefined) return 'other';
  return parsed.browser.name || parsed.os.name ? 'desktop' : 'other';
}

/** The name a program gives itself: the first that says what it is, else the first that is no browser's furniture. */
function productName(agent: string): string {
  const names = agent.match(/[A-Za-z][\w.-]{1,39}(?=[/;,) ]|$)/g) ?? [];
  const name =
    names.find((one) => /bot|crawl|spider|fetch|preview|scan|monitor/i.test(one)) ??
    names.find((one) => !FURNITURE.test(one));
  return word(name);
}

/** The parser hands parts of the agent string on, so that its words need a form as well. */
function word(text: string | undefined): string {
  if (!text) return '';
  return /^[A-Za-z0-9][A-Za-z0-9 .+_()[\]/-]{0,39}$/.test(text) ? redact(text) : 'other';
}
