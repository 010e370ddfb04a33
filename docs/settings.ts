import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SCOPES, type schema as z } from '@sgraph-backbone/layer/runtime';
import { DEFAULT_SETTINGS, siteSettings } from '@sgraph-backbone/layer/settings';

export const SETTINGS_PAGE = join(import.meta.dirname, 'guides/settings.md');

/** The page of settings, from the schema that checks them. */
export function settingsPage(): string {
  const rows = Object.entries(siteSettings.shape).map(
    ([name, member]) => `| \`${name}\` | ${defaultOf(name)} | ${meaningOf(member)} |`,
  );
  return `# Settings

The table is made from the schema in the code by \`npm run docs\`; a test compares the two.

| setting | default | meaning |
|---|---|---|
${rows.join('\n')}

## Changing them

\`\`\`sh
npm run -s backbone -- settings get
npm run -s backbone -- settings set timezone Europe/Lisbon
npm run -s backbone -- settings set exclude '[{"path":"/internal/*"},{"agent":"our-checker"}]'
npm run -s backbone -- settings set exclude null     # back to the default
npm run -s backbone -- settings edit                 # all of them, in $EDITOR
\`\`\`

By API: \`GET /api/settings\` (scope \`settings:read\`: ${SCOPES['settings:read']}) answers all of them with an ETag; \`PUT /api/settings\` (scope \`settings:write\`) replaces them and needs that ETag in \`If-Match\`: 428 without it, 412 when somebody else was faster. What is left out gets its default. An unknown member is refused with the nearest known one, a value that can't be used with the form that can. Every change leaves an entry in \`bb-audit\`: who, when, from what to what.

## What a change does

It counts for **data that arrives afterwards**; a running server takes it up with the next log, functions on AWS within a minute. Every roll-up names the versions of the rules that it was counted with (\`rules_version\`). \`reprocess\` applies today's rules and time zone to what is kept: see [correcting mistakes](correcting-mistakes.md).

**timezone**: half-hours and hours are UTC; days, weeks, months and years are those of the zone, with 23 or 25 hours when the clocks change. A zone may be any whose offset is a multiple of 30 minutes (Asia/Kolkata is, Asia/Kathmandu is not). After a change, roll-ups that mix days of both zones are \`partial\` until they are cut anew by \`reprocess\`.

**hosts**: a host that is named gets roll-ups of its own from then on. Of the time before that nothing is known: it is a gap, never zero, also where half of a half-hour was read before. A host that is taken out keeps its roll-ups as they stand; named again, they lack what came in between until \`reprocess\` sums it again (as far back as raw rows are kept).

**exclude**: \`host\` and \`path\` are patterns in which \`*\` is any text; \`agent\` is a part of the agent, in any letter case. Every member of a rule has to match. What is left out is counted as \`excluded_requests\`, in the half-hour in which it happened, and nowhere else.

**costs**: one object, which is replaced as a whole: \`settings set costs '{"accounts":["111122223333"],"own_tag":"system=backbone","monthly_budget_usd":50}'\`. What each of its members means: [what the site costs](../costs.md#what-it-needs).

**path_rules**: the default rules take out of a path what is an id by its looks: UUIDs, 12 or more hex digits, segments of 20 or more characters with small letters, capitals and digits, and what follows \`/transfers/…/\`. A shorter id looks like a word. If the links of your application have such ids, say where they stand, by one more rule behind those that there are:

\`\`\`sh
rules=$(npm run -s backbone -- settings get path_rules)
npm run -s backbone -- settings set path_rules "$(echo "$rules" | jq -c '. + [${JSON.stringify(PATH_RULE_EXAMPLE)}]')"
\`\`\`

With it, \`/en/download/Ab3x9/photos\` is kept as \`/en/download/{id}/photos\`. A rule is a JavaScript regular expression (flags \`g\` and \`u\`) over the decoded path, without the query. \`settings edit\` does the same without jq. For what is kept already, run \`reprocess\`.

## Your own addresses

Addresses are never stored, not even your own. \`BACKBONE_EXCLUDE_ADDRESSES\` is read from the environment by whatever reads logs: \`import\`, the local server, the ingest function. It is a list of addresses and ranges, of either version, separated by commas:

\`\`\`sh
BACKBONE_EXCLUDE_ADDRESSES=198.51.100.7,2001:db8:1::/48 npm start
\`\`\`
`;
}

/** The rule that the page shows: ids of any look behind `/download/`. */
export const PATH_RULE_EXAMPLE = { match: '(?<=/download/)[^/]+', replace: '{id}' };

function defaultOf(name: string): string {
  const value = DEFAULT_SETTINGS[name as keyof typeof DEFAULT_SETTINGS];
  if (value === undefined) return 'none';
  const text = JSON.stringify(value);
  return text.length > 120 ? `${(value as unknown[]).length} of them: \`settings get ${name}\`` : code(text);
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}

function meaningOf(member: z.ZodType): string {
  const { description } = member as { description?: string };
  if (description === undefined) throw new Error('a setting without a description');
  return description;
}

if (process.argv[1] === import.meta.filename) writeFileSync(SETTINGS_PAGE, settingsPage());
