import { compileGlob } from './glob.ts';
import type { Rules } from './rules.ts';

/** Rules made ready to be asked many times. Paths are those that are kept: decoded, after the path rules. */
export interface CompiledRules {
  /** Whether the path lies under one of `api_prefixes`. */
  isApi(path: string): boolean;
  /** What `page_rules` say: `undefined` when none matches, then the built-in definition of a page decides. */
  isPage(path: string): boolean | undefined;
  isUpload(method: string, path: string): boolean;
  isDownload(method: string, path: string): boolean;
  /** The pattern that makes this agent an uptime checker; letter case does not matter. */
  monitorOf(agent: string): string | undefined;
  isMonitor(agent: string): boolean;
  /** Whether any `exclude` rule refers to the request's host, path or agent, so that rows need to be asked. */
  readonly excludes: boolean;
  isExcluded(host: string, path: string, agent: string): boolean;
  /** The path after `path_rules`, applied in their order. */
  rewritePath(path: string): string;
}

/** A rule that cannot be understood; `member` names the setting. */
export class BadRule extends Error {
  override readonly name = 'BadRule';
  readonly member: string;
  constructor(member: string, message: string, options?: ErrorOptions) {
    super(`${member}: ${message}`, options);
    this.member = member;
  }
}

/** Throws BadRule for a path rule that is no regular expression, or a method rule without method and path. */
export function compileRules(rules: Rules): CompiledRules {
  const pages = rules.page_rules.map((rule) => ({ matches: compileGlob(rule.path), page: rule.page }));
  const monitors = rules.monitors.map((name) => ({ name, matches: containing(name) }));
  const excluded = rules.exclude.map(compileExclusion);
  const paths = rules.path_rules.map((rule, at) => ({
    match: expression(`path_rules[${at}].match`, rule.match),
    replace: rule.replace,
  }));
  const monitorOf = (agent: string) => monitors.find((monitor) => monitor.matches(agent))?.name;
  return {
    isApi: (path) => rules.api_prefixes.some((prefix) => path.startsWith(prefix)),
    isPage: (path) => pages.find((rule) => rule.matches(path))?.page,
    isUpload: requestMatcher(rules.upload_rules, 'upload_rules'),
    isDownload: requestMatcher(rules.download_rules, 'download_rules'),
    monitorOf,
    isMonitor: (agent) => monitorOf(agent) !== undefined,
    excludes: excluded.length > 0,
    isExcluded: (host, path, agent) => excluded.some((matches) => matches(host, path, agent)),
    rewritePath: (path) => paths.reduce((text, rule) => text.replace(rule.match, rule.replace), path),
  };
}

/** A matcher for rules of the form `<METHOD>[|<METHOD>…] <path glob>`; any of them suffices. */
export function requestMatcher(
  rules: readonly string[],
  member = 'rules',
): (method: string, path: string) => boolean {
  const compiled = rules.map((rule, at) => {
    const [, methods, path] = /^(\S+)\s+(\S.*)$/.exec(rule.trim()) ?? [];
    if (!methods || !path)
      throw new BadRule(`${member}[${at}]`, 'expected "<METHOD>[|<METHOD>…] <path glob>"');
    return { methods: methods.split('|'), matches: compileGlob(path) };
  });
  return (method, path) =>
    compiled.some(
      (rule) => (rule.methods.includes(method) || rule.methods.includes('*')) && rule.matches(path),
    );
}

/** Whether a path looks like that of a page where the log has no content type: `/`, `.html`, `.htm`, no extension. */
export function looksLikePage(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === '' || /\.html?$/i.test(name) || !name.includes('.');
}

function compileExclusion(rule: Rules['exclude'][number], at: number) {
  const { host, path, agent } = rule;
  // An empty rule would exclude every request: more likely a slip than a wish.
  if (!host && !path && !agent) throw new BadRule(`exclude[${at}]`, 'needs a host, a path or an agent');
  const hostMatches = host ? compileGlob(host.toLowerCase()) : () => true;
  const pathMatches = path ? compileGlob(path) : () => true;
  const agentMatches = agent ? containing(agent) : () => true;
  return (requestHost: string, requestPath: string, requestAgent: string) =>
    hostMatches(requestHost.toLowerCase()) && pathMatches(requestPath) && agentMatches(requestAgent);
}

/** A pattern may lie anywhere in an agent string: these begin with `Mozilla/5.0 (compatible; …` more often than not. */
function containing(pattern: string): (text: string) => boolean {
  const matches = compileGlob(`*${pattern.toLowerCase()}*`);
  return (text) => matches(text.toLowerCase());
}

function expression(member: string, source: string): RegExp {
  try {
    return new RegExp(source, 'gu');
  } catch (cause) {
    throw new BadRule(member, 'is not a regular expression', { cause });
  }
}
