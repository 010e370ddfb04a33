import type { CacheRoute } from './route.ts';

export interface Found {
  readonly route: CacheRoute;
  readonly path: Readonly<Record<string, string>>;
}

export type Lookup =
  | { readonly kind: 'found'; readonly found: Found }
  | { readonly kind: 'redirect'; readonly path: string }
  | { readonly kind: 'wrong-method'; readonly allowed: readonly string[] }
  | { readonly kind: 'nothing' };

interface Compiled {
  readonly route: CacheRoute;
  readonly pattern: RegExp;
}

/**
 * Finds routes the way that the original's framework does: the first in order wins; a path that is a route but for
 * its last slash leads there.
 */
export function createRouteTable(routes: readonly CacheRoute[]): (method: string, path: string) => Lookup {
  const compiled = routes.map((route) => ({ route, pattern: patternOf(route.path) }));
  const byMethod = Map.groupBy(compiled, ({ route }) => route.method as string);
  return (method, path) => {
    const found = firstOf(byMethod.get(method) ?? [], path);
    return found === undefined ? elsewhere(compiled, path) : { kind: 'found', found };
  };
}

function elsewhere(compiled: readonly Compiled[], path: string): Lookup {
  const allowed = compiled.filter(({ pattern }) => pattern.test(path)).map(({ route }) => route.method);
  if (allowed.length > 0) return { kind: 'wrong-method', allowed: [...new Set(allowed)] };
  const without = path.replace(/\/$/, '');
  if (without !== path && firstOf(compiled, without) !== undefined)
    return { kind: 'redirect', path: without };
  return { kind: 'nothing' };
}

function firstOf(compiled: readonly Compiled[], path: string): Found | undefined {
  for (const { route, pattern } of compiled) {
    const match = pattern.exec(path);
    if (match !== null) return { route, path: { ...match.groups } };
  }
  return undefined;
}

function patternOf(path: string): RegExp {
  const source = path
    .split(/(\{\w+\+?\})/)
    .map((part) => {
      const name = /^\{(\w+)(\+?)\}$/.exec(part);
      if (name === null) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return name[2] === '+' ? `(?<${name[1]}>.*)` : `(?<${name[1]}>[^/]+)`;
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}
