import { Aws, Stack, type StackProps } from 'aws-cdk-lib';
import { CfnNamedQuery, CfnWorkGroup } from 'aws-cdk-lib/aws-athena';
import { CfnDatabase } from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';
import { QUERY_RESULTS } from './lifecycle.ts';
import type { Places } from './places.ts';
import { savedQueries } from './saved-queries.ts';
import type { AppSettings } from './settings.ts';
import { sqlTables } from './sql-tables.ts';

const GIGABYTE = 1_000_000_000;

export interface SqlStackProps extends StackProps {
  readonly settings: AppSettings;
  readonly places: Places;
}

/** SQL over the raw batches, for whoever has a question of their own. It costs nothing until one is asked. */
export class SqlStack extends Stack {
  constructor(scope: Construct, id: string, { settings, places, ...props }: SqlStackProps) {
    super(scope, id, props);
    const name = settings.BACKBONE_NAME.replaceAll('-', '_');
    const database = new CfnDatabase(this, 'Database', {
      catalogId: Aws.ACCOUNT_ID,
      databaseInput: { name, description: 'Raw batches of SGraph Backbone' },
    });
    const tables = sqlTables(this, { database: name, places, firstDay: settings.BACKBONE_SQL_FIRST_DAY });
    for (const table of tables) table.addResourceDependency(database);
    this.queries(settings, name, this.workGroup(settings, places));
  }

  /** Whoever asks, asks within these limits. */
  private workGroup(settings: AppSettings, { observabilityBucket }: Places): CfnWorkGroup {
    return new CfnWorkGroup(this, 'WorkGroup', {
      name: settings.BACKBONE_NAME,
      description: `Queries of at most ${settings.BACKBONE_SCAN_LIMIT_GB} GB over the raw batches`,
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        bytesScannedCutoffPerQuery: settings.BACKBONE_SCAN_LIMIT_GB * GIGABYTE,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        resultConfiguration: {
          outputLocation: `s3://${observabilityBucket}/${QUERY_RESULTS}`,
          encryptionConfiguration: { encryptionOption: 'SSE_S3' },
        },
      },
    });
  }

  private queries(settings: AppSettings, database: string, workGroup: CfnWorkGroup): void {
    const feed = `standard.${settings.BACKBONE_DISTRIBUTIONS[0] ?? 'local'}`;
    for (const { name, description, sql } of savedQueries(feed)) {
      const query = new CfnNamedQuery(this, `Query-${name}`, {
        name,
        description,
        database,
        workGroup: workGroup.name,
        queryString: sql,
      });
      query.addResourceDependency(workGroup);
    }
  }
}
