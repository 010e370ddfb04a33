import * as z from 'zod';

/** How the lines of a real-time feed are made up from an instant on: they have no header that would say so. */
export const realtimeFeed = z.strictObject(
  {
    feed: z.string({ error: 'realtime.<name>' }).regex(/^realtime\.[A-Za-z0-9._-]{1,64}$/, 'realtime.<name>'),
    fields: z
      .array(
        z.string({ error: 'a field name' }).regex(/^[A-Za-z0-9()_-]+$/, 'a field name such as cs-uri-stem'),
        {
          error: 'a list of field names, in the order of the columns',
        },
      )
      .min(1, 'at least one field name'),
    sampling: z
      .int({ error: 'a whole number of percent, from 1 to 100' })
      .min(1, 'a whole number of percent, from 1 to 100')
      .max(100, 'a whole number of percent, from 1 to 100')
      .default(100),
    valid_from: z.iso.datetime({ offset: true, error: 'an instant such as 2026-02-16T00:00:00Z' }).optional(),
  },
  { error: 'an object with feed, fields, sampling and valid_from' },
);

export type RealtimeFeed = z.output<typeof realtimeFeed>;

/** How the lines of one distribution's real-time logs are made up, from when on (epoch ms; −Infinity: ever). */
export function layoutsOf(feeds: readonly RealtimeFeed[], distribution: string) {
  return feeds
    .filter(({ feed }) => feed === `realtime.${distribution}`)
    .map(({ fields, sampling, valid_from }) => ({
      fields,
      sampling,
      from: valid_from === undefined ? Number.NEGATIVE_INFINITY : Date.parse(valid_from),
    }));
}
