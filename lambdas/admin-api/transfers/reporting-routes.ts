import { beginAudit } from '@sgraph-backbone/layer/ledger';
import { type Route, route, schema as z } from '@sgraph-backbone/layer/runtime';
import {
  addRecipient,
  eraseTransfer,
  type PostedTransferEvent,
  postTransferEvent,
  type Recipient,
  readTransfer,
  summaryOf,
} from '@sgraph-backbone/layer/transfers';
import type { AdminContext } from '../admin-source.ts';
import { answering, unknownTransfer } from './transfer-errors.ts';
import { countedTransferEvent, newRecipient, postedTransferEvent, recipient } from './transfer-schemas.ts';
import { passing, posting } from './transfer-source.ts';

/** What applications and senders say of a transfer. */
export function reportingRoutes(context: AdminContext): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/transfers/{id}/events',
      scope: 'events:write',
      summary: 'Report what happened to a transfer',
      description:
        'Answered when it is durable: 202, or 200 for an event that was counted before. It joins the analytics stream by itself. 410: the transfer’s history was erased.',
      body: postedTransferEvent,
      status: 202,
      errors: {
        410: 'The transfer was erased',
        503: 'Too many at once: nothing was changed, ask again after Retry-After seconds',
      },
      answer: countedTransferEvent,
      handle: ({ path, body, log }) =>
        answering(async () => {
          const posted = await postTransferEvent(await posting(context), path.id, given(body));
          const { event_id, duplicate, cacheId, record, delayed } = posted;
          if (delayed !== undefined)
            log.warn(
              'an event of a transfer waits for the analytics stream; the next writer or sweep passes it on',
              {
                error: delayed,
              },
            );
          const { cache_id, state, total_views, total_downloads } = summaryOf(cacheId, record);
          const known = record.recipients.find((one) => one.recipient === body.recipient)?.recipient ?? null;
          const counts = { cache_id, state, total_views, total_downloads };
          return {
            status: duplicate ? 200 : 202,
            answer: { event_id, duplicate, recipient: known, ...counts },
          };
        }),
    }),
    route({
      method: 'POST',
      path: '/api/transfers/{id}/recipients',
      scope: 'events:write',
      summary: 'A link key of its own for one recipient',
      description:
        'The label is the sender’s word for somebody (“the lawyer”); what looks like an address or an e-mail address is refused. The same label again answers the same key.',
      body: newRecipient,
      status: 201,
      errors: {
        409: 'The transfer has as many recipients as it may have',
        410: 'The transfer was erased',
        503: 'Too many at once: nothing was changed, ask again after Retry-After seconds',
      },
      answer: recipient,
      handle: ({ path, body }) =>
        answering(async () => {
          const added = await addRecipient(await passing(context), path.id, body.label);
          return { status: added.isNew ? 201 : 200, answer: shownRecipient(added.recipient) };
        }),
    }),
    route({
      method: 'DELETE',
      path: '/api/transfers/{id}',
      scope: 'transfers:write',
      summary: 'Erase the history of a transfer',
      description:
        'Leaves a mark that refuses later events. Its share in anonymous roll-ups stays; raw data never held its id. On S3 complete when old versions have expired, within 9 days.',
      errors: {
        404: 'Nothing has been reported of this transfer',
        503: 'Too many at once: nothing was changed, ask again after Retry-After seconds',
      },
      answer: z.object({
        transfer_id: z.string(),
        erased_at: z.int().meta({ description: 'epoch milliseconds' }),
      }),
      handle: ({ path, key }) =>
        answering(async () => ({
          answer: { transfer_id: path.id, erased_at: await erasing(context, path.id, key?.name ?? 'nobody') },
        })),
    }),
  ];
}

/** A recipient as answers have it. */
export function shownRecipient(stored: Recipient) {
  return { ...stored, opened: stored.first_opened_at !== null };
}

async function erasing(context: AdminContext, id: string, actor: string): Promise<number> {
  const open = await passing(context);
  const known = await readTransfer(open.data, id);
  if (known === undefined) throw unknownTransfer();
  const detail = { cache_id: known.cacheId };
  const audit = await beginAudit(open.data, { at: open.now(), actor, action: 'transfers.erase', detail });
  const erasedAt = await eraseTransfer(open, id);
  await audit.done();
  return erasedAt!;
}

/** Null says as much as nothing. */
function given(body: z.infer<typeof postedTransferEvent>): PostedTransferEvent {
  const said = Object.entries(body).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(said) as unknown as PostedTransferEvent;
}
