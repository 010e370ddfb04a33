import { HttpError } from './http-error.ts';
import type { Route } from './route.ts';

export interface RouteMatch {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

/** Finds a route by method and path. Literal segments win over `{name}`, and that over `{name+}`. Throws 404, 405. */
export function createRouteMatcher(routes: readonly Route[]): (method: string, path: string) => RouteMatch {
  const compiled = routes
    .map((route) => ({ route, pattern: patternOf(route.path) }))
    .sort((a, b) => specificity(b.route.path) - specificity(a.route.path));
  return (method, path) => {
    const found = compiled.flatMap(({ route, pattern }) => {
      const match = pattern.exec(path);
      return match === null ? [] : [{ route, path: { ...match.groups } }];
    });
    const chosen = found.find(({ route }) => answers(route, method));
    if (chosen !== undefined) return chosen;
    throw found.length === 0 ? notFound(path) : notAllowed(method, found);
  };
}

function patternOf(path: string): RegExp {
  const source = path
    .split(/(\{\w+\+?\})/)
    .map((part) => {
      const name = /^\{(\w+)(\+?)\}$/.exec(part);
      if (name === null) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      return name[2] === '+' ? `(?<${name[1]}>.+)` : `(?<${name[1]}>[^/]+)`;
    })
    .join('');
  return new RegExp(`^${source}/?$`, 's');
}

function specificity(path: string): number {
  const names = path.match(/\{\w+\+?\}/g)?.length ?? 0;
  return path.split('/').length * 10 - names - (path.includes('+}') ? 1_000 : 0);
}

function answers(route: Route, method: string): boolean {
  return route.method === method || (route.method === 'GET' && method === 'HEAD');
}

function notFound(path: string): HttpError {
  return new HttpError(
    404,
    'not_found',
    `there is nothing at ${path}; GET /api/openapi.json lists what there is`,
  );
}

function notAllowed(method: string, found: readonly RouteMatch[]): HttpError {
  const allowed = found.flatMap(({ route }) => (route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]));
  const allow = [...new Set(allowed)].join(', ');
  return new HttpError(405, 'method_not_allowed', `${method} is not possible here; allowed: ${allow}`, {
    details: { allowed },
    headers: { allow },
  });
}
