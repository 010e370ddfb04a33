import { MEASURES } from '@sgraph-backbone/layer/rollups';
import { type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';

const answer = z.object({
  measures: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      definition: z.string(),
      needs: z.array(z.string()).meta({ description: 'fields of the source without which it is null' }),
    }),
  ),
});

/** What each number means, from the one place that defines them. */
export function measuresRoute(): Route {
  return route({
    method: 'GET',
    path: '/api/measures',
    scope: 'any',
    summary: 'Definitions of all measures',
    answer,
    csv: ({ measures }) => ({
      columns: ['name', 'unit', 'definition', 'needs'],
      rows: measures.map(({ name, unit, definition, needs }) => [name, unit, definition, needs.join(' ')]),
    }),
    handle: async () => ({
      answer: {
        measures: MEASURES.map(({ name, unit, definition, needs }) => ({
          name,
          unit,
          definition,
          needs: [...needs],
        })),
      },
    }),
  });
}
