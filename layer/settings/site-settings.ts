import { BadRule, compileRules, DEFAULT_RULES, type Rules, rulesVersion } from '@sgraph-backbone/layer/logs';
import { createCalendar, UnsupportedTimeZone } from '@sgraph-backbone/layer/rollups';
import * as z from 'zod';
import { costSettings } from './cost-settings.ts';
import { realtimeFeed } from './realtime-feed.ts';

const text = z.string({ error: 'a text' }).min(1, 'a text that is not empty');
const flag = z.boolean({ error: 'true or false' });
const list = (meaning: string) => z.array(text, { error: `a list of ${meaning}` });
const HOST = /^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63}){0,9}$/;

const SITE_URL_FORM = 'an address such as https://send.example.com/, without query and fragment';

const pageRule = z.strictObject({ path: text, page: flag }, { error: 'an object with path and page' });
const pathRule = z.strictObject(
  { match: text, replace: z.string({ error: 'a text' }) },
  { error: 'an object with match and replace' },
);
const exclusion = z.strictObject(
  { host: text.optional(), path: text.optional(), agent: text.optional() },
  { error: 'an object with host, path or agent' },
);

/** Every setting of a site with its default (`measures.md`, section 1). Unknown members are refused by name. */
export const siteSettings = z
  .strictObject({
    timezone: z
      .string({ error: 'an IANA time zone such as Europe/Lisbon' })
      .superRefine(checkTimeZone)
      .default('UTC')
      .meta({ description: 'Time zone whose days, weeks, months and years roll-ups are cut in.' }),
    hosts: z
      .array(z.string({ error: 'a host name' }).regex(HOST, 'a host name in lower case, without a port'), {
        error: 'a list of host names',
      })
      .max(100, 'at most 100 host names')
      .refine((names) => new Set(names).size === names.length, 'each host name once')
      .default([])
      .meta({ description: 'Host names that get roll-ups of their own.' }),
    page_rules: z
      .array(pageRule, { error: 'a list of rules with path and page' })
      .default([...DEFAULT_RULES.page_rules])
      .meta({
        description:
          'Path patterns that are, or are not, pages; the first that matches decides. `*` is any text.',
      }),
    api_prefixes: list('path prefixes')
      .default([...DEFAULT_RULES.api_prefixes])
      .meta({ description: 'A request for a path that begins like this is an API call.' }),
    upload_rules: list('rules')
      .default([...DEFAULT_RULES.upload_rules])
      .meta({ description: 'What a file upload is: methods and a path pattern.' }),
    download_rules: list('rules')
      .default([...DEFAULT_RULES.download_rules])
      .meta({ description: 'What a file download is: methods and a path pattern.' }),
    query_parameters: list('parameter names')
      .default([...DEFAULT_RULES.query_parameters])
      .meta({ description: 'The only query parameters that are kept.' }),
    path_rules: z
      .array(pathRule, { error: 'a list of rules with match and replace' })
      .default([...DEFAULT_RULES.path_rules])
      .meta({
        description:
          'Regular expressions that replace parts of a path, in this order, before anything is stored.',
      }),
    visitors: z
      .enum(['hashed', 'off'])
      .default('hashed')
      .meta({ description: 'Whether visitors are counted, by hashes whose key is destroyed with its day.' }),
    site_url: z.string({ error: SITE_URL_FORM }).refine(isSiteUrl, { error: SITE_URL_FORM }).optional().meta({
      description:
        'Address of the page that invitation links lead to. Without it they lead to the first of `hosts`.',
    }),
    primary: z
      .enum(['standard', 'realtime', 'application'])
      .optional()
      .meta({ description: 'The kind of feed that a question reads unless it names one.' }),
    realtime: z
      .array(realtimeFeed, { error: 'a list of feeds' })
      .default([])
      .meta({ description: 'Fields and sampling of real-time logs, which do not say these themselves.' }),
    keep_request_ids: flag.default(false).meta({ description: 'Keep CloudFront’s request ids in the rows.' }),
    monitors: list('agent names')
      .default([...DEFAULT_RULES.monitors])
      .meta({ description: 'Parts of agents that make a request one of the class `monitor`.' }),
    exclude: z.array(exclusion, { error: 'a list of rules with host, path or agent' }).default([]).meta({
      description:
        'Requests that are not counted at all, because they are your own; every member of a rule has to match.',
    }),
    costs: costSettings.meta({
      description:
        'Which of AWS’s costs are read (`accounts`, `tag`), what of them is Backbone’s own (`own_tag`), what reading them may cost (`calls_per_day`), and what they are compared with.',
    }),
  })
  .superRefine(checkRules);

export type SiteSettings = z.output<typeof siteSettings>;

/** The settings of a site that set none. */
export const DEFAULT_SETTINGS: SiteSettings = siteSettings.parse({});

/** The part of the settings that decides what counts as what. */
export function rulesOf(settings: SiteSettings): Rules {
  const {
    timezone: _,
    hosts: __,
    primary: ___,
    realtime: ____,
    site_url: _____,
    costs: ______,
    ...rules
  } = settings;
  return rules;
}

/** The version that batches and roll-ups name. */
export function rulesVersionOf(settings: SiteSettings): string {
  return rulesVersion(rulesOf(settings));
}

function isSiteUrl(text: string): boolean {
  return text.length <= 500 && /^https?:\/\/[^/?#@\\\s]+(\/[^?#\s]*)?$/.test(text) && URL.canParse(text);
}

function checkTimeZone(timezone: string, context: z.RefinementCtx): void {
  try {
    createCalendar(timezone);
  } catch (error) {
    if (!(error instanceof UnsupportedTimeZone)) throw error;
    const message = `an IANA time zone such as Europe/Lisbon (${error.message})`;
    context.addIssue({ code: 'custom', message });
  }
}

/** What the reader of logs would refuse later is refused here, under the name of its member. */
function checkRules(settings: SiteSettings, context: z.RefinementCtx): void {
  try {
    compileRules(rulesOf(settings));
  } catch (error) {
    if (!(error instanceof BadRule)) throw error;
    const path = error.member.split(/[[\].]+/).filter((part) => part !== '');
    const reason = error.message.slice(error.member.length + 2);
    context.addIssue({ code: 'custom', path, message: `a rule that can be understood (${reason})` });
  }
}
