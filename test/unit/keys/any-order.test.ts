import { expect, test } from '@jest/globals';
import { BOOTSTRAP, type KeyStore } from '@sgraph-backbone/layer/keys';
import { adminKey, HttpError, keyHash } from '@sgraph-backbone/layer/runtime';
import fc from 'fast-check';
import { AT, aKeyring, BOOTSTRAP_TEXT, everythingIn } from './a-keyring.ts';

/** A text that was given out, as a reader of the rules would keep it. */
interface Issued {
  readonly text: string;
  readonly id: string;
  /** Epoch ms. */
  closes: number;
  readonly admin: boolean;
}

const NEVER = Number.POSITIVE_INFINITY;

const slot = fc.nat(7);
const step = fc.oneof(
  fc.record({ kind: fc.constant('create' as const), admin: fc.boolean() }),
  fc.record({ kind: fc.constant('rotate' as const), slot, grace: fc.constantFrom(0, 1_000, 60_000) }),
  fc.record({ kind: fc.constant('remove' as const), slot }),
  fc.record({ kind: fc.constant('use' as const), slot }),
  fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(1, 999, 61_000) }),
);

test('in any order of changes exactly the right keys open, an admin key always does, and none is written', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = aKeyring();
      const { keys, clock } = world;
      let issued: Issued[] = [];
      const all: string[] = [];
      const bootstrap = { from: NEVER, waitsFor: undefined as string | undefined };
      const isOpen = (one: Issued) => clock.now < one.closes;
      const bootstrapOpens = () => bootstrap.waitsFor !== undefined || clock.now < bootstrap.from;
      let count = 0;
      let isOver = false;
      const give = (given: Awaited<ReturnType<KeyStore['create']>>, admin: boolean) => {
        all.push(given.text);
        issued.push({ text: given.text, id: given.shown.id, closes: NEVER, admin });
      };
      for (const one of steps) {
        const by = { at: clock.now, actor: 'admin' };
        const shown = await keys.list();
        const chosen = 'slot' in one ? shown[one.slot % shown.length]! : undefined;
        try {
          if (one.kind === 'wait') clock.now += one.ms;
          if (one.kind === 'create')
            give(
              await keys.create(
                { name: `key ${count++}`, scopes: [one.admin ? 'admin' : 'events:write'], expires_at: null },
                by,
              ),
              one.admin,
            );
          if (one.kind === 'rotate') {
            const given = await keys.rotate(chosen!.id, one.grace, by);
            const { id } = given.shown;
            const replaced = issued.find((key) => key.id === id && key.closes === NEVER);
            if (replaced !== undefined) replaced.closes = clock.now + one.grace;
            if (chosen!.id === BOOTSTRAP || bootstrap.waitsFor === replaced?.text) {
              if (chosen!.id === BOOTSTRAP) bootstrap.from = clock.now + one.grace;
              if (chosen!.id === BOOTSTRAP || bootstrap.waitsFor !== undefined)
                bootstrap.waitsFor = given.text;
            }
            give(given, given.shown.scopes.includes('admin'));
          }
          if (one.kind === 'remove') {
            const holder = issued.find((key) => key.admin && isOpen(key));
            const by = holder ? { ...adminKey(holder.text), id: holder.id } : adminKey(BOOTSTRAP_TEXT);
            await keys.remove(chosen!.id, by);
            if (chosen!.id === BOOTSTRAP) Object.assign(bootstrap, { from: clock.now, waitsFor: undefined });
            const gone = issued.filter((key) => key.id === chosen!.id);
            if (gone.some(({ text }) => text === bootstrap.waitsFor))
              Object.assign(bootstrap, { from: NEVER, waitsFor: undefined });
            issued = issued.filter((key) => key.id !== chosen!.id);
          }
          if (one.kind === 'use') {
            const used = issued.filter((key) => key.id === chosen!.id && isOpen(key)).at(-1);
            if (used !== undefined) await world.use(used.text);
            if (used !== undefined && bootstrap.waitsFor === used.text) bootstrap.waitsFor = undefined;
          }
        } catch (error) {
          if (!(error instanceof HttpError)) throw error;
        }
        const opening = all.filter((text) => issued.some((key) => key.text === text && isOpen(key)));
        const wanted = [...opening, ...(bootstrapOpens() ? [BOOTSTRAP_TEXT] : [])].map(keyHash).sort();
        const open = await keys.keyring();
        if (isOver) expect(wanted).not.toContain(keyHash(BOOTSTRAP_TEXT));
        isOver ||= !bootstrapOpens();
        expect(open.map(({ hash }) => hash).sort()).toEqual(wanted);
        expect(open.some(({ scopes }) => scopes.includes('admin'))).toBe(true);
      }
      const written = (await everythingIn(world.data)) + world.logged.join('\n');
      for (const text of [...all, BOOTSTRAP_TEXT])
        expect(written).not.toContain(text.replace(/^bb_\w{10}_/, ''));
      clock.now = AT + 100 * 86_400_000;
      expect((await world.another().keyring()).some(({ scopes }) => scopes.includes('admin'))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
