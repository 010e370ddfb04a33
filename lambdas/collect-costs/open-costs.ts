import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment, schema as z } from '@sgraph-backbone/layer/runtime';
import type { ObjectStore } from '@sgraph-backbone/layer/store';
import type { OpenedPipeline } from '../environment/open-pipeline.ts';
import type { AskCostExplorer } from './cost-explorer.ts';
import { dayTraffic } from './day-traffic.ts';
import { bucketFiles } from './exports/export-file.ts';
import type { CollectionContext } from './run-collection.ts';

const PLACE = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;

const ENVIRONMENT = {
  BACKBONE_COST_EXPORT: z
    .string()
    .regex(PLACE, 's3://<bucket>[/<beginning of the keys>]')
    .optional()
    .meta({ description: 'where an AWS Data Export is delivered' }),
};

export interface CostSources {
  readonly ask: AskCostExplorer;
  /** Opens the bucket that exports are delivered to. */
  readonly openBucket: (name: string) => Promise<ObjectStore>;
}

/** What a collection of this process works with. Throws BadEnvironment. */
export function costsFrom(
  environment: Readonly<Record<string, string | undefined>>,
  { ask, openBucket }: CostSources,
): (opened: Pick<OpenedPipeline, 'pipeline' | 'options'>) => CollectionContext {
  const { BACKBONE_COST_EXPORT: place } = readEnvironment(ENVIRONMENT, environment);
  const [, bucket = '', prefix = ''] = PLACE.exec(place ?? '') ?? [];
  const exports = async () => bucketFiles(await openBucket(bucket), prefix);
  return ({ pipeline, options: { settings } }) => ({
    data: pipeline.data,
    now: pipeline.now,
    traffic: dayTraffic(pipeline, settings),
    settings: settings.costs,
    ask,
    sleep,
    random: Math.random,
    ...(place !== undefined && { exports }),
  });
}
