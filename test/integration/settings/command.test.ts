import { chmodSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { readAudit } from '@sgraph-backbone/layer/ledger';
import { backbone, importLine } from '../command.ts';
import { temporaryFolder } from '../folder.ts';
import { requestFile } from './requests.ts';

/** An editor that puts a text where the file's was. */
function editorOf(folder: string, text: string): string {
  writeFileSync(join(folder, 'edited'), text);
  const script = join(folder, 'editor');
  writeFileSync(script, `#!/bin/sh\ncp '${join(folder, 'edited')}' "$2"\n`);
  chmodSync(script, 0o700);
  return `${script} --wait`;
}

describe('settings by command line', () => {
  test('are shown, set and set back, and each change is kept with who made it', async () => {
    const folder = temporaryFolder();
    const url = `disk:${join(folder, 'store')}`;
    const settings = (...words: string[]) => backbone(['settings', ...words, '--store', url]);
    const set = await settings('set', 'timezone', 'Europe/Lisbon');
    expect(set).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^timezone: "Europe\/Lisbon"\n.*reprocess\n$/),
    });
    expect(JSON.parse((await settings('get', 'timezone')).stdout)).toBe('Europe/Lisbon');
    expect((await settings('set', 'timezone', 'null')).stdout).toMatch(/^timezone: "UTC"/);
    expect((await settings('set', 'timezone', 'UTC')).stdout).toBe('Nothing changed.\n');
    const store = await openStore(url);
    const entries = await readAudit(store.data, new Date().toISOString().slice(0, 10));
    await store.close();
    expect(entries.map(({ actor, detail }) => [actor, detail])).toEqual([
      ['command line', { timezone: { from: 'UTC', to: 'Europe/Lisbon' } }],
      ['command line', { timezone: { from: 'Europe/Lisbon', to: 'UTC' } }],
    ]);
  });

  test.each([
    [['set', 'timzone', 'UTC'], /^settings: "timzone" is no setting\. Did you mean timezone\?/],
    [['set', 'timezone'], /^settings: set takes a member and its value/],
    [['set', 'hosts', '["a'], /^settings: \["a is no JSON/],
    [['gt'], /^settings: "gt" is unknown; accepted: get, set, edit/],
    [['edit'], /^settings: name your editor in \$EDITOR/],
  ])('refuse %j before a store is made', async (words, message) => {
    const folder = temporaryFolder();
    const env = { EDITOR: '', VISUAL: '' };
    const { code, stderr } = await backbone(['settings', ...words], { cwd: folder, env });
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(message) });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('are edited as a whole; a text that is refused is kept, and nothing changes', async () => {
    const folder = temporaryFolder();
    const edit = (text: string) =>
      backbone(['settings', 'edit', '--store', `disk:${folder}/store`], {
        env: { EDITOR: editorOf(folder, text), VISUAL: '', TMPDIR: folder },
      });
    expect(await edit('{"visitors":"off"}')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^visitors: "off"/),
    });
    const refused = await edit('{"visitors":"on"}');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('accepted: hashed, off') });
    const kept = /kept in (\S+)/.exec(refused.stderr)?.[1] as string;
    expect(existsSync(kept)).toBe(true);
    expect(readFileSync(kept, 'utf8')).toBe('{"visitors":"on"}');
  });

  test('that somebody edited by hand into nonsense are one line that names the file, for every command', async () => {
    const folder = temporaryFolder();
    const store = await openStore(`disk:${folder}/store`);
    await store.data.put(
      'bb-settings/data/key-based/site/settings.json',
      Buffer.from('{"visitors":"maybe"}'),
    );
    await store.close();
    for (const words of [
      ['settings', 'get'],
      ['import', import.meta.filename],
    ]) {
      const { code, stderr } = await backbone([...words, '--store', `disk:${folder}/store`]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(
          /^bb-settings\/\S+\/settings\.json in the store can't be used: visitors: .+\n$/,
        ),
      });
    }
  });

  test('leave out the addresses that the environment names, in an import', async () => {
    const folder = temporaryFolder();
    const at = '2026-02-16T10:05:00Z';
    const asked = ['192.0.2.1', '198.51.100.7', '2001:db8:1::9'].map((address) => ({ at, address }));
    writeFileSync(join(folder, 'log.gz'), requestFile(asked));
    const words = ['import', join(folder, 'log.gz'), '--store', 'memory:', '--json'];
    const env = { BACKBONE_EXCLUDE_ADDRESSES: '198.51.100.0/24, 2001:db8:1::/48' };
    expect(importLine(await backbone(words, { env }))).toMatchObject({ records: 3, excluded: 2 });
    const malformed = await backbone(words, { env: { BACKBONE_EXCLUDE_ADDRESSES: 'example.org' } });
    expect(malformed).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^Environment: BACKBONE_EXCLUDE_ADDRESSES is malformed: "example\.org"/),
    });
  });
});
