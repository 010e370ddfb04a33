import type * as z from 'zod';
import type { HttpError } from './http-error.ts';
import { unknownNames } from './malformed.ts';

/** 400 for members of a body that nobody asked for, at any depth, with the nearest known one. */
export function unknownMembers(
  issue: z.core.$ZodIssueUnrecognizedKeys,
  schema: z.ZodType,
  discreet = false,
): HttpError {
  const place = issue.path.map((member) => `${String(member)}.`).join('');
  const known = membersOf(issue.path.reduce<unknown>(schemaAt, schema));
  return unknownNames(discreet ? issue.keys.map(usual) : issue.keys, known, 'member', place);
}

/** A name that no programmer gave may be an address. */
function usual(name: string): string {
  return /^[a-z_]{1,40}$/i.test(name) ? name : '(a member with an unusual name)';
}

/** Defaults and optional members wrap the schema that has members. */
function unwrapped(schema: unknown): unknown {
  const inner = (schema as { def?: { innerType?: unknown } }).def?.innerType;
  return inner === undefined ? schema : unwrapped(inner);
}

function schemaAt(schema: unknown, member: PropertyKey): unknown {
  const { shape, element } = unwrapped(schema) as { shape?: Record<PropertyKey, unknown>; element?: unknown };
  return shape?.[member] ?? element ?? schema;
}

function membersOf(schema: unknown): string[] {
  return Object.keys((unwrapped(schema) as { shape?: object }).shape ?? {});
}
