import { schema as z } from '@sgraph-backbone/layer/runtime';

/** `limit`: 1 to 1,000. */
export function limitParameter(fallback: number) {
  const accepted = 'a whole number from 1 to 1,000';
  return z
    .string()
    .refine((text) => /^[1-9]\d{0,2}$|^1000$/.test(text), { error: accepted })
    .default(String(fallback))
    .transform(Number)
    .meta({ description: `how many: ${accepted}` });
}

/** `cursor`: opaque, holds where the last answer ended as JSON. */
export function cursorParameter<Position extends z.ZodType>(position: Position) {
  return z
    .string()
    .transform((text, context): z.infer<Position> => {
      const read = position.safeParse(decoded(text));
      if (read.success) return read.data;
      context.addIssue({ code: 'custom', message: 'the next_cursor of an answer to the same question' });
      return undefined as never;
    })
    .optional()
    .meta({ description: 'the next_cursor of the last answer' });
}

export function cursorOf(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    // Not a cursor of ours: the schema refuses it with the accepted form.
    return undefined;
  }
}
