import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLASSES } from '@sgraph-backbone/layer/logs';
import { DIMENSIONS, MEASURES, NEVER_CUT, TOP_LIMIT } from '@sgraph-backbone/layer/rollups';

export const MEASURES_PAGE = join(import.meta.dirname, 'guides/measures.md');

/** The page of measures, from the definitions that the code counts by. */
export function measuresPage(): string {
  const measures = MEASURES.map(
    ({ name, unit, definition, needs }) =>
      `| \`${name}\` | ${unit} | ${definition} | ${needs.length === 0 ? 'nothing' : needs.join(', ')} |`,
  );
  const dimensions = DIMENSIONS.map(
    (name) => `| \`${name}\` | ${NEVER_CUT.has(name) ? 'all values' : cut()} |`,
  );
  return `# Measures

This page is made from the definitions in the code by \`npm run docs\`; a test compares the two. A measure is \`null\`, shown as "not measured", when no request came from a source with the fields that it needs. It is never 0 for that reason.

| measure | unit | definition | needs |
|---|---|---|---|
${measures.join('\n')}

\`status_breakdown\` counts the classes 2xx, 3xx, 4xx and 5xx and \`other\`: status 000, where the viewer left before any answer, and 1xx.

Each measure exists for \`all\` and for each class: ${CLASSES.join(', ')}. The first that matches decides, in the order monitor (the settings' list of uptime checkers), probe (paths that only scanners ask for), bot (\`isbot\`, an empty agent, a known crawler), else human.

## Lists

Counts of requests, page views, bytes and errors by value. A half-hour knows all values; roll-ups keep the most requested and say in \`cut_off\` by how much a listed value may be undercounted.

| dimension | kept in a roll-up |
|---|---|
${dimensions.join('\n')}
`;
}

function cut(): string {
  return `${TOP_LIMIT.human} for humans, ${TOP_LIMIT.bot} for each other class`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(MEASURES_PAGE, measuresPage());
