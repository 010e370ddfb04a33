import { HttpError } from './http-error.ts';
import type { HttpRequest } from './http-event.ts';
import type { Route } from './route.ts';

/**
 * The state that a conditional request was made from: without it, two people who change the same thing would undo
 * each other unseen. Throws 428 when it is missing, 400 when it is not one ETag.
 */
export function readIfMatch(route: Route, { headers }: HttpRequest): string | undefined {
  if (!route.conditional) return undefined;
  const given = headers['if-match']?.trim();
  if (given === undefined || given === '') throw new HttpError(428, 'precondition_required', MISSING);
  if (given === '*') return given;
  // Proxies that compress an answer weaken its ETag.
  const stamp = /^(?:W\/)?"([^"]*)"$/.exec(given)?.[1];
  if (stamp !== undefined) return stamp;
  throw new HttpError(400, 'invalid_header', `If-Match is ${given}; accepted: one ETag in quotes, or *`);
}

/** 412: what the request was made from is no longer what is there. */
export function precondition(what: string): HttpError {
  const message = `${what} changed since you read it: read it again, and repeat your change`;
  return new HttpError(412, 'precondition_failed', message);
}

const MISSING = 'send the ETag of what you read in If-Match, so that nobody else’s change is lost';
