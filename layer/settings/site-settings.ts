import { DEFAULT_RULES, type Rules, rulesVersion } from '@sgraph-backbone/layer/logs';
import { createCalendar, UnsupportedTimeZone } from '@sgraph-backbone/layer/rollups';
import * as z from 'zod';

const patterns = z.array(z.string().min(1));

/** Every setting of a site with its default (`measures.md`, section 1). Unknown members are refused by name. */
export const siteSettings = z.strictObject({
  timezone: z.string().default('UTC').superRefine(checkTimeZone),
  hosts: z.array(z.string().regex(/^[a-z0-9.-]{1,253}$/, 'a lower-case host name')).default([]),
  page_rules: z
    .array(z.strictObject({ path: z.string().min(1), page: z.boolean() }))
    .default([...DEFAULT_RULES.page_rules]),
  api_prefixes: patterns.default([...DEFAULT_RULES.api_prefixes]),
  upload_rules: patterns.default([...DEFAULT_RULES.upload_rules]),
  download_rules: patterns.default([...DEFAULT_RULES.download_rules]),
  query_parameters: patterns.default([...DEFAULT_RULES.query_parameters]),
  path_rules: z
    .array(z.strictObject({ match: z.string().min(1), replace: z.string() }))
    .default([...DEFAULT_RULES.path_rules]),
  visitors: z.enum(['hashed', 'off']).default('hashed'),
  primary: z.enum(['standard', 'realtime', 'application']).optional(),
  keep_request_ids: z.boolean().default(false),
  monitors: patterns.default([...DEFAULT_RULES.monitors]),
  exclude: z
    .array(
      z.strictObject({
        host: z.string().optional(),
        path: z.string().optional(),
        agent: z.string().optional(),
      }),
    )
    .default([]),
});

export type SiteSettings = z.output<typeof siteSettings>;

/** The settings of a site that set none. */
export const DEFAULT_SETTINGS: SiteSettings = siteSettings.parse({});

/** The part of the settings that decides what counts as what. */
export function rulesOf(settings: SiteSettings): Rules {
  const { timezone: _, hosts: __, primary: ___, ...rules } = settings;
  return rules;
}

/** The version that batches and roll-ups name. */
export function rulesVersionOf(settings: SiteSettings): string {
  return rulesVersion(rulesOf(settings));
}

function checkTimeZone(timezone: string, context: z.RefinementCtx): void {
  try {
    createCalendar(timezone);
  } catch (error) {
    if (!(error instanceof UnsupportedTimeZone)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
  }
}
