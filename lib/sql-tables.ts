import { keyBasedFolder } from '@sgraph-backbone/layer/cache';
import { NAMESPACES } from '@sgraph-backbone/layer/store';
import { Aws } from 'aws-cdk-lib';
import { CfnTable } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import type { Places } from './places.ts';
import { APPLICATION_COLUMNS, PARTITIONS, REQUEST_COLUMNS, type SqlColumn } from './sql-columns.ts';

export interface SqlTablesProps {
  /** Its name, as text: the view holds it in an encoded form. */
  readonly database: string;
  readonly places: Places;
  /** The first day that queries find, `2024-01-01`. */
  readonly firstDay: string;
}

export const TABLES = {
  requests: 'requests',
  events: 'application_events',
  eventsOnce: 'application_events_once',
} as const;

/** Tables over the raw batches, as they lie: nothing is copied, and nothing has to be added for a new day. */
export function sqlTables(scope: Construct, props: SqlTablesProps): CfnTable[] {
  const { cloudfront, analytics } = NAMESPACES;
  return [
    batchTable(scope, 'Requests', props, {
      name: TABLES.requests,
      description: 'Rows of standard and real-time logs',
      namespace: cloudfront.raw,
      columns: REQUEST_COLUMNS,
    }),
    batchTable(scope, 'Events', props, {
      name: TABLES.events,
      description: 'Events of applications; one that was posted twice is there twice',
      namespace: analytics.raw,
      columns: APPLICATION_COLUMNS,
    }),
    onceView(scope, props),
  ];
}

interface BatchTable {
  readonly name: string;
  readonly description: string;
  readonly namespace: string;
  readonly columns: readonly SqlColumn[];
}

function batchTable(scope: Construct, id: string, props: SqlTablesProps, table: BatchTable): CfnTable {
  const { dataBucket, dataFolder } = props.places;
  const location = `s3://${dataBucket}/${dataFolder}${keyBasedFolder(table.namespace, '')}`;
  return new CfnTable(scope, id, {
    catalogId: Aws.ACCOUNT_ID,
    databaseName: props.database,
    tableInput: {
      name: table.name,
      description: table.description,
      tableType: 'EXTERNAL_TABLE',
      parameters: { classification: 'parquet', ...projection(location, props.firstDay) },
      partitionKeys: PARTITIONS.map((column) => ({ ...column })),
      storageDescriptor: {
        location,
        columns: table.columns.map((column) => ({ ...column })),
        inputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
        outputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
        serdeInfo: { serializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe' },
      },
    },
  });
}

/** A query has to name its feed; days are a range, so that no partition is ever added. */
function projection(location: string, firstDay: string): Record<string, string> {
  return {
    'projection.enabled': 'true',
    'projection.feed.type': 'injected',
    'projection.day.type': 'date',
    'projection.day.format': 'yyyy-MM-dd',
    'projection.day.range': `${firstDay},NOW+1DAYS`,
    'storage.location.template': `${location}\${feed}/\${day}/`,
  };
}

/** Each event once: the copy in the first batch by name, as the roll-ups count it. */
function onceView(scope: Construct, props: SqlTablesProps): CfnTable {
  const columns = [...APPLICATION_COLUMNS, ...PARTITIONS];
  const names = columns.map(({ name }) => `"${name}"`).join(', ');
  const sql =
    `SELECT ${names} FROM (SELECT *, row_number() OVER ` +
    `(PARTITION BY feed, day, coalesce(event_id, cast(uuid() AS varchar)) ORDER BY "$path") AS copy ` +
    `FROM ${TABLES.events}) WHERE copy = 1`;
  return new CfnTable(scope, 'EventsOnce', {
    catalogId: Aws.ACCOUNT_ID,
    databaseName: props.database,
    tableInput: {
      name: TABLES.eventsOnce,
      description: 'Events of applications, each once',
      tableType: 'VIRTUAL_VIEW',
      parameters: { presto_view: 'true', comment: 'Presto View' },
      viewOriginalText: `/* Presto View: ${prestoView(sql, props.database, columns)} */`,
      viewExpandedText: '/* Presto View */',
      storageDescriptor: { location: '', columns: columns.map(({ name, type }) => ({ name, type })) },
    },
  });
}

/** A view as Athena keeps it: base64 of its text and the types of its columns. */
function prestoView(sql: string, schema: string, columns: readonly SqlColumn[]): string {
  const types = { string: 'varchar', int: 'integer', bigint: 'bigint' } as const;
  const view = {
    originalSql: sql,
    catalog: 'awsdatacatalog',
    schema,
    columns: columns.map(({ name, type }) => ({ name, type: types[type] })),
  };
  return Buffer.from(JSON.stringify(view)).toString('base64');
}
