import { type Route, route } from '@sgraph-backbone/layer/runtime';
import type { AdminContext } from '../admin-source.ts';
import {
  aggregateAnswer,
  aggregateRequest,
  archiveAnswer,
  archiveRequest,
  consolidateAnswer,
  consolidateRequest,
  ingestAnswer,
  ingestRequest,
  statusAnswer,
} from '../steps.ts';

/** The steps by hand, and how they are doing. */
export function pipelineRoutes({ source }: AdminContext): Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/sa/cloudfront/ingest',
      scope: 'pipeline:write',
      summary: 'Parse log objects that wait in live/ into raw batches',
      body: ingestRequest,
      answer: ingestAnswer,
      handle: async ({ body }) => ({ answer: await (await source()).steps.ingest(body) }),
    }),
    route({
      method: 'POST',
      path: '/api/sa/cloudfront/consolidate',
      scope: 'pipeline:write',
      summary: 'Merge raw batches into half-hour windows',
      body: consolidateRequest,
      answer: consolidateAnswer,
      handle: async ({ body }) => ({ answer: await (await source()).steps.consolidate(body) }),
    }),
    route({
      method: 'POST',
      path: '/api/sa/cloudfront/aggregate',
      scope: 'pipeline:write',
      summary: 'Roll windows up, to the year',
      body: aggregateRequest,
      answer: aggregateAnswer,
      handle: async ({ body }) => ({ answer: await (await source()).steps.aggregate(body) }),
    }),
    route({
      method: 'POST',
      path: '/api/sa/cloudfront/archive',
      scope: 'pipeline:write',
      summary: 'Move processed log objects out of live/',
      body: archiveRequest,
      answer: archiveAnswer,
      handle: async ({ body }) => ({ answer: await (await source()).steps.archive(body) }),
    }),
    route({
      method: 'GET',
      path: '/api/sa/cloudfront/status',
      scope: 'pipeline:read',
      summary:
        'Per step: waiting, processed, refused, quarantined, last run; per feed: coverage and freshness',
      answer: statusAnswer,
      handle: async () => ({ answer: await (await source()).steps.status() }),
    }),
  ];
}
