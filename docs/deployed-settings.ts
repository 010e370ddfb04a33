import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { APP_SETTINGS } from '../lib/settings.ts';

export const DEPLOY_PAGE = join(import.meta.dirname, 'deploy.md');

const BEGIN = '<!-- settings: written by npm run docs -->\n';
const END = '<!-- end of settings -->';

/** The page about deploying, with the table of settings as the schema has them. */
export function deployPage(page: string): string {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before) throw new Error(`${DEPLOY_PAGE} has lost the marks of its table`);
  return page.slice(0, before + BEGIN.length) + settingsTable() + page.slice(after);
}

function settingsTable(): string {
  const rows = Object.entries(APP_SETTINGS.shape).map(
    ([name, member]) =>
      `| \`${name}\` | ${acceptedBy(member)} | ${defaultOf(member)} | ${member.description} |`,
  );
  return ['| setting | accepted | default | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}

type Member = (typeof APP_SETTINGS.shape)[keyof typeof APP_SETTINGS.shape];

/** The form as a refusal names it; an object is no value of any setting. */
function acceptedBy(member: Member): string {
  const { error } = member.safeParse({});
  if (error === undefined) throw new Error('a setting that takes an object');
  return error.issues[0]!.message.replaceAll('|', '\\|');
}

function defaultOf(member: Member): string {
  const value: unknown = member.safeParse(undefined).data;
  const isNone = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  return isNone ? 'none' : `\`${String(value)}\``;
}

if (process.argv[1] === import.meta.filename)
  writeFileSync(DEPLOY_PAGE, deployPage(readFileSync(DEPLOY_PAGE, 'utf8')));
