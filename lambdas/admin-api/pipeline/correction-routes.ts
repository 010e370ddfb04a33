import { BadFeed } from '@sgraph-backbone/layer/ledger';
import {
  type ApiKey,
  HttpError,
  malformed,
  type Route,
  route,
  type schema as z,
} from '@sgraph-backbone/layer/runtime';
import { NothingToSettle } from '../../corrections/settle.ts';
import type { AdminContext } from '../admin-source.ts';
import {
  forgetAnswer,
  forgetRequest,
  reprocessAnswer,
  reprocessRequest,
  settleAnswer,
  settleRequest,
} from '../steps.ts';

/** Undoing and redoing: each leaves an audit entry, and revisions with a reason. */
export function correctionRoutes({ source }: AdminContext): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/sa/forget',
      scope: 'pipeline:write',
      summary: 'Take an object, or all objects of a location, out of every number',
      body: forgetRequest,
      answer: forgetAnswer,
      handle: async ({ body, key }) => {
        const { steps } = await source();
        return { answer: { objects: await steps.forget(forgetTarget(body), actorOf(key)) } };
      },
    }),
    route({
      method: 'POST',
      path: '/api/sa/reprocess',
      scope: 'pipeline:write',
      summary: "Sum kept rows again under today's rules, and cut days in today's time zone",
      body: reprocessRequest,
      answer: reprocessAnswer,
      handle: async ({ body, key }) => ({
        answer: await (await source()).steps.reprocess(body, actorOf(key)),
      }),
    }),
    route({
      method: 'POST',
      path: '/api/sa/settle',
      scope: 'pipeline:write',
      summary: 'Say that everything of a feed has been delivered for a time, which makes it final',
      body: settleRequest,
      answer: settleAnswer,
      handle: async ({ body, key }) => {
        try {
          return { answer: await (await source()).steps.settle(body, actorOf(key)) };
        } catch (error) {
          if (!(error instanceof NothingToSettle || error instanceof BadFeed)) throw error;
          throw new HttpError(400, 'nothing_to_settle', error.message, { cause: error });
        }
      },
    }),
  ];
}

/** What a body names: one object, or those of a location. Throws 400 for both and for neither. */
export function forgetTarget({ object_id, location }: z.infer<typeof forgetRequest>) {
  if (object_id !== undefined && location === undefined) return { object_id };
  if (location !== undefined && object_id === undefined) return { location };
  throw malformed([{ name: 'object_id', accepted: 'either object_id or location' }], 'body');
}

/** Who the audit entry names. */
export function actorOf(key: ApiKey | undefined): string {
  return key?.name ?? 'nobody';
}
