import type { KeyStore } from '@sgraph-backbone/layer/keys';
import { type AuditEntry, beginAudit } from '@sgraph-backbone/layer/ledger';
import { type ApiKey, HttpError, type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import { settingsStore } from '../settings/settings-store.ts';
import { givenKey, newKey, rotation, shownKey } from './key-schemas.ts';

/** Keys of the API: made, listed, replaced and taken away by whoever holds an admin key. */
export function keyRoutes(context: AdminContext, keys: KeyStore): Route[] {
  const { now } = context;
  return [
    route({
      method: 'GET',
      path: '/api/keys',
      scope: 'admin',
      summary: 'Every key, without its text',
      answer: z.object({ keys: z.array(shownKey) }),
      handle: async () => ({ answer: { keys: [...(await keys.list())] } }),
    }),
    route({
      method: 'POST',
      path: '/api/keys',
      scope: 'admin',
      summary: 'Make a key',
      description: 'The answer holds the key, this once.',
      body: newKey(now),
      errors: { 409: 'There is a key of this name, or there are as many as there may be' },
      answer: givenKey,
      handle: async ({ body, key }) => {
        const { name, scopes } = body;
        const detail = { name, scopes, expires_at: body.expires_at };
        return audited(context, key, 'keys.create', detail, async (by) => {
          const { shown, text } = await keys.create(body, by);
          return { status: 201, answer: { ...shown, key: text }, result: { id: shown.id } };
        });
      },
    }),
    route({
      method: 'POST',
      path: '/api/keys/{id}/rotate',
      scope: 'admin',
      summary: 'Replace a key',
      description:
        'Old and new open together for the grace time. The bootstrap key also opens until its successor has been used.',
      body: rotation,
      errors: { 404: 'There is no such key', 409: 'The key has expired, or is being replaced already' },
      answer: givenKey,
      handle: async ({ path, body: { grace_seconds }, key }) =>
        audited(context, key, 'keys.rotate', { id: path.id, grace_seconds }, async (by) => {
          const { shown, text } = await keys.rotate(path.id, grace_seconds * 1_000, by);
          return { answer: { ...shown, key: text }, result: { id: shown.id, name: shown.name } };
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/keys/{id}',
      scope: 'admin',
      summary: 'Take a key away',
      description:
        'It opens nothing any more: at once where the request was answered, within a minute elsewhere. The last admin key stays.',
      errors: {
        404: 'There is no such key',
        409: 'It is the last admin key, or has to be taken away with another',
      },
      answer: shownKey,
      handle: async ({ path, key }) =>
        audited(context, key, 'keys.delete', { id: path.id }, async () => {
          const removed = await keys.remove(path.id, key!);
          return { answer: { ...removed, state: 'removed' as const }, result: { name: removed.name } };
        }),
    }),
  ];
}

interface Done<Answer> {
  readonly status?: number;
  readonly answer: Answer;
  /** What the audit entry says beside the request; never a key. */
  readonly result: AuditEntry['detail'];
}

/** Keeps who did what: begun before, ended after, and marked where it was refused. */
async function audited<Answer>(
  { source, now }: AdminContext,
  key: ApiKey | undefined,
  action: string,
  detail: AuditEntry['detail'],
  run: (by: { readonly at: number; readonly actor: string }) => Promise<Done<Answer>>,
): Promise<Done<Answer>> {
  const by = { at: now(), actor: key?.name ?? 'nobody' };
  const audit = await beginAudit(settingsStore(await source()), { ...by, action, detail: shortened(detail) });
  try {
    const done = await run(by);
    await audit.done(done.result);
    return done;
  } catch (error) {
    if (error instanceof HttpError) await audit.nothingDone();
    throw error;
  }
}

/** An id comes from the path of a request: somebody may have put anything there, also a key. */
function shortened(detail: AuditEntry['detail']): AuditEntry['detail'] {
  const { id, ...rest } = detail;
  if (typeof id !== 'string') return detail;
  return /^[a-z0-9]{9,10}$/.test(id) ? detail : { ...rest, id: 'no key' };
}
