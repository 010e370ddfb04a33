import { keyBasedFolder } from '@sgraph-backbone/layer/cache';
import { NAMESPACES, OBSERVABILITY } from '@sgraph-backbone/layer/store';
import type { Access, Denial, Grant } from './grants.ts';
import type { Places } from './places.ts';
import type { AppSettings } from './settings.ts';

/** Names of the functions: folders in `lambdas/`. */
export const STEPS = [
  'ingest',
  'record-events',
  'consolidate',
  'aggregate',
  'archive',
  'sweep',
  'corrections',
  'collect-costs',
  'admin-api',
] as const;
export type StepName = (typeof STEPS)[number];

const READ = ['read'] as const;
const WRITE = ['read', 'write'] as const;
const DELETE = ['read', 'write', 'delete'] as const;

const { cloudfront, analytics, settings, audit, keys, tokens, transfers, costs } = NAMESPACES;
const LEDGERS = [cloudfront.ledger, analytics.ledger];
const SUMS = [cloudfront.consolidated, analytics.consolidated];
const ROLLUPS = [cloudfront.aggregate, analytics.aggregate];

type Table = readonly (readonly [folder: string, access: readonly Access[]])[];

/** In the data bucket, below its folder. */
const DATA: Record<StepName, Table> = {
  ingest: [
    ...inspecting(),
    [within(settings, 'rules'), WRITE],
    ...folders([cloudfront.raw], DELETE),
    ...folders([cloudfront.ledger], WRITE),
    [within(cloudfront.ledger, 'pending'), DELETE],
  ],
  // What it is sent is private already: it needs no secret.
  'record-events': [
    ...inspecting(),
    [within(settings, 'rules'), WRITE],
    ...folders([analytics.raw], WRITE),
    [within(analytics.ledger, 'coverage'), WRITE],
  ],
  consolidate: [
    ...inspecting(),
    // Ids of the events of a window lie beside its batches.
    [within(analytics.raw, 'ids'), WRITE],
    ...folders([cloudfront.raw, analytics.raw], READ),
    ...folders(LEDGERS, READ),
    ...folders(SUMS, WRITE),
  ],
  aggregate: [...inspecting(), ...folders(LEDGERS, READ), ...folders(SUMS, READ), ...folders(ROLLUPS, WRITE)],
  archive: [...inspecting(), ...folders([cloudfront.ledger], READ)],
  sweep: [
    ...inspecting(),
    [within(settings, 'rules'), WRITE],
    ...folders([cloudfront.raw, analytics.raw], DELETE),
    ...folders(LEDGERS, WRITE),
    [within(cloudfront.ledger, 'pending'), DELETE],
    ...folders([...SUMS, ...ROLLUPS], WRITE),
    // What their records have not told the stream of events yet.
    ...folders([tokens], WRITE),
    ...folders([transfers], DELETE),
  ],
  corrections: [
    ...inspecting(),
    [within(settings, 'rules'), WRITE],
    ...folders([cloudfront.raw, analytics.raw], DELETE),
    ...folders(LEDGERS, WRITE),
    [within(cloudfront.ledger, 'pending'), DELETE],
    [within(cloudfront.ledger, 'locations'), DELETE],
    ...folders([...SUMS, ...ROLLUPS], WRITE),
    // Costs are collected here too, when somebody asks for them.
    ...folders([audit, costs], WRITE),
  ],
  'collect-costs': [...inspecting(), ...folders([...LEDGERS, ...ROLLUPS], READ), ...folders([costs], WRITE)],
  'admin-api': [
    ...inspecting(),
    [within(settings, 'site'), WRITE],
    ...folders([cloudfront.raw, analytics.raw, ...LEDGERS, ...SUMS, ...ROLLUPS], READ),
    // What takes long is written down, and run by corrections.
    [within(cloudfront.ledger, 'operations'), WRITE],
    ...folders([audit, keys, tokens], WRITE),
    ...folders([transfers], DELETE),
    // Namespaces of the cache service; those of the pipeline are taken out again below.
    ['', DELETE],
  ],
};

/** What the namespaces of the cache service must not reach, though everything else may be written there. */
const KEPT: readonly string[] = [
  ...[cloudfront.raw, analytics.raw, analytics.ledger, ...SUMS, ...ROLLUPS].map((name) => `${name}/`),
  ...['coverage', 'locations', 'objects', 'pending', 'quarantine'].map((name) =>
    within(cloudfront.ledger, name),
  ),
  within(settings, 'rules'),
  `${costs}/`,
];
/** Of Backbone's own namespaces all but that of transfers, whose histories can be erased. */
const STAYING = [settings, audit, keys, tokens, costs].map((name) => `${name}/`);
const CACHE_STEP: StepName = 'admin-api';

/** Folders of the pipeline in the data bucket that a step may neither write nor delete, whatever else it may. */
export function stepDenials(step: StepName, { dataBucket, dataFolder }: Places): Denial[] {
  if (step !== CACHE_STEP) return [];
  const folder = (name: string) => `${dataFolder}${name}`;
  return [
    { bucket: dataBucket, action: 'write', folders: KEPT.map(folder) },
    { bucket: dataBucket, action: 'delete', folders: ['sa-', ...STAYING].map(folder) },
  ];
}

const { live, refused, archive: archived, secrets, days } = OBSERVABILITY;

/**
 * In the observability bucket. Moving is copying and deleting; a copy whose original was changed meanwhile is deleted
 * again. Who answers the API makes events private, and reads the keys of days for that, and nothing else.
 */
const OBSERVED: Record<StepName, Table> = {
  ingest: [
    [live, ['read', 'delete']],
    [refused, DELETE],
    [secrets, WRITE],
  ],
  'record-events': [],
  consolidate: [],
  aggregate: [],
  archive: [
    [live, DELETE],
    [archived, DELETE],
  ],
  sweep: [
    [live, DELETE],
    [archived, DELETE],
    [refused, DELETE],
    [secrets, WRITE],
    [days, ['delete']],
  ],
  corrections: [
    [live, DELETE],
    [archived, DELETE],
    [refused, DELETE],
    [secrets, WRITE],
  ],
  'collect-costs': [],
  'admin-api': [[days, WRITE]],
};

/** Steps that read log objects where somebody else keeps them, and those that read exports of costs. */
const READS_SOURCES: readonly StepName[] = ['ingest', 'sweep'];
export const READS_COSTS: readonly StepName[] = ['collect-costs', 'corrections'];

/** A place that is only read. */
interface ForeignPlace {
  readonly bucket: string;
  /** In front of the keys; any text. */
  readonly prefix: string;
}

/** The least that a step needs. */
export function stepGrants(step: StepName, places: Places, settings: ReadSettings): Grant[] {
  const { dataBucket, dataFolder, observabilityBucket } = places;
  return [
    ...DATA[step].map(([folder, access]) => ({ bucket: dataBucket, folder: dataFolder + folder, access })),
    ...OBSERVED[step].map(([folder, access]) => ({ bucket: observabilityBucket, folder, access })),
    ...foreignPlaces(step, settings).map(({ bucket, prefix }) => ({
      bucket,
      folder: prefix,
      access: READ,
      listed: prefix.slice(0, prefix.lastIndexOf('/') + 1),
    })),
  ];
}

type ReadSettings = Pick<AppSettings, 'BACKBONE_SOURCE_BUCKETS' | 'BACKBONE_COST_EXPORT'>;

function foreignPlaces(step: StepName, settings: ReadSettings): readonly ForeignPlace[] {
  if (READS_SOURCES.includes(step)) return settings.BACKBONE_SOURCE_BUCKETS;
  const { BACKBONE_COST_EXPORT: place } = settings;
  if (!READS_COSTS.includes(step) || place === undefined) return [];
  const [bucket = '', ...path] = place.slice('s3://'.length).split('/');
  return [{ bucket, prefix: path.join('/') }];
}

/** Every process reads the settings, and notes the format of a store that is new. */
function inspecting(): Table {
  return [
    [`${settings}/`, READ],
    [within(settings, 'store'), WRITE],
  ];
}

function folders(namespaces: readonly string[], access: readonly Access[]): Table {
  return namespaces.map((namespace) => [`${namespace}/`, access]);
}

function within(namespace: string, folder: string): string {
  return keyBasedFolder(namespace, folder);
}
