import { schema as z } from '@sgraph-backbone/layer/runtime';

/** How much more (or less) one number is than another. Null: one of them is not known, or nothing to divide by. */
export interface Difference {
  readonly absolute: number | null;
  readonly percent: number | null;
}

export const difference = z.object({ absolute: z.number().nullable(), percent: z.number().nullable() });

export function differenceOf(own: number | null | undefined, other: number | null | undefined): Difference {
  if (typeof own !== 'number' || typeof other !== 'number') return { absolute: null, percent: null };
  const absolute = own - other;
  return { absolute, percent: other === 0 ? null : (absolute / other) * 100 };
}

/** The differences of all these numbers, by name. */
export function differencesOf<Name extends string>(
  names: readonly Name[],
  own: Readonly<Partial<Record<Name, number | null>>>,
  other: Readonly<Partial<Record<Name, number | null>>>,
): Record<Name, Difference> {
  const all = names.map((name) => [name, differenceOf(own[name], other[name])] as const);
  return Object.fromEntries(all) as Record<Name, Difference>;
}
