import { useMemo } from 'preact/hooks';
import type { Definitions } from './definitions.ts';
import { useAnswer } from './use-answer.ts';

interface Measures {
  readonly measures: readonly { readonly name: string; readonly definition: string }[];
}

/** The measures' definitions, asked once an hour: they change with a release. */
export function useDefinitions(): Definitions {
  const { data } = useAnswer<Measures>('/api/measures', 3600);
  return useMemo(() => new Map(data?.measures.map((each) => [each.name, each.definition])), [data]);
}
