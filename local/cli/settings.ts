import { openStore } from '@sgraph-backbone/layer/drivers';
import { nearestOf, processLog } from '@sgraph-backbone/layer/runtime';
import { siteSettings } from '@sgraph-backbone/layer/settings';
import { createBackbone } from '../backbone.ts';
import { type Called, createCalls } from './ask.ts';
import { BadUsage, COMMAND, type Command, type Given } from './command.ts';
import { editText } from './editor.ts';
import { openKnownStore, STORE_OPTION, storeUrl } from './session.ts';

export const settingsCommand: Command = {
  name: 'settings',
  summary: 'Shows or changes the settings of the site. A change counts for data that arrives from then on.',
  takes: 'get [<member>] | set <member> <value> | edit',
  options: { ...STORE_OPTION },
  examples: [
    'settings get',
    'settings get timezone',
    'settings set timezone Europe/Lisbon',
    `settings set exclude '[{"path":"/internal/*"}]'`,
    'settings set exclude null',
  ],
  run: runSettings,
};

type Members = Readonly<Record<string, unknown>>;
type Calls = ReturnType<typeof createCalls>;
/** What is to be done with an open store. */
type Action = (call: Calls) => Promise<number>;

async function runSettings(given: Given): Promise<number> {
  const [name = 'get', ...words] = given.positionals;
  const actionOf = ACTIONS[name];
  if (actionOf === undefined) throw new BadUsage(`settings: "${name}" is unknown; accepted: get, set, edit`);
  const act = actionOf(words);
  // Settings may be made before the first log; looking at them makes nothing.
  const open = name === 'get' ? openKnownStore : async (url?: string) => openStore(storeUrl(url));
  const store = await open(given.text('store'));
  try {
    return await act(createCalls(await createBackbone(store, processLog('warn'))));
  } finally {
    await store.close();
  }
}

const ACTIONS: Record<string, (words: readonly string[]) => Action> = { get, set, edit };

function get([member, ...more]: readonly string[]): Action {
  if (more.length > 0) throw new BadUsage('settings: get takes at most one member');
  const name = member === undefined ? undefined : checkedMember(member);
  return async (call) => {
    const settings = (await read(call)).answer as Members;
    return print(name === undefined ? settings : (settings[name] ?? null));
  };
}

function set([member, value, ...more]: readonly string[]): Action {
  if (member === undefined || value === undefined || more.length > 0)
    throw new BadUsage('settings: set takes a member and its value: settings set timezone Europe/Lisbon');
  const name = checkedMember(member);
  const chosen = givenValue(value);
  return async (call) => {
    const { answer, etag } = await read(call);
    const { [name]: _, ...others } = answer as Members;
    // A member that is left out gets its default.
    return write(call, chosen === null ? others : { ...others, [name]: chosen }, etag);
  };
}

function edit(words: readonly string[]): Action {
  if (words.length > 0) throw new BadUsage('settings: edit takes nothing more');
  const editor = process.env.VISUAL || process.env.EDITOR;
  if (!editor) throw new BadUsage('settings: name your editor in $EDITOR, or use settings set');
  return async (call) => {
    const { answer, etag } = await read(call);
    const text = `${JSON.stringify(answer, null, 2)}\n`;
    return editText(editor, text, async (edited) => write(call, parsed(edited), etag));
  };
}

function read(call: Calls): Promise<Called> {
  return call({ path: '/api/settings' });
}

async function write(call: Calls, settings: unknown, etag: string): Promise<number> {
  const before = (await read(call)).answer as Members;
  const { answer } = await call({ method: 'PUT', path: '/api/settings', body: settings, ifMatch: etag });
  const after = answer as Members;
  const changed = Object.keys(siteSettings.shape).filter(
    (member) => JSON.stringify(before[member]) !== JSON.stringify(after[member]),
  );
  for (const member of changed)
    process.stdout.write(`${member}: ${JSON.stringify(after[member]) ?? 'not set'}\n`);
  process.stdout.write(changed.length === 0 ? 'Nothing changed.\n' : AFTERWARDS);
  return 0;
}

const AFTERWARDS = `This counts for data that arrives from now on. For what is kept already: ${COMMAND} reprocess\n`;

function checkedMember(name: string): string {
  const known = Object.keys(siteSettings.shape);
  if (known.includes(name)) return name;
  const nearest = nearestOf(name, known);
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  throw new BadUsage(`settings: "${name}" is no setting.${hint} Settings: ${known.join(', ')}`);
}

/** JSON, or a text without its quotes. */
function givenValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Shells take quotes away; what is meant as JSON begins like it.
    if (!/^\s*[[{"]/.test(text)) return text;
    throw new BadUsage(`settings: ${text} is no JSON`);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BadUsage(`settings: this is no JSON: ${(cause as Error).message}`);
  }
}

function print(value: unknown): number {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
  return 0;
}
