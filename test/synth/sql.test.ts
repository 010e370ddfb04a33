import { describe, expect, test } from '@jest/globals';
import { COLUMNS, type Column } from '../../layer/batches/columns.ts';
import { EVERYTHING, everyResource, plain, type Resource, resource, templates } from './synthesized.ts';

const all = templates({ ...EVERYTHING, BACKBONE_NAME: 'our-site' });
const table = (id: string) => resource(all, 'SqlStack', id, 'AWS::Glue::Table').Properties;

/** As Athena names what the code writes. */
const TYPES: Record<Column['kind'], string> = {
  INT32: 'int',
  INT64: 'bigint',
  TEXT: 'string',
  CLIENT: 'string',
};
const WRITTEN = COLUMNS.map(({ name, kind }) => ({ name, type: TYPES[kind] }));

// measures.md, "An event": what events of applications have beside the columns of a request.
const OF_EVENTS = ['event_id', 'event_type', 'source', 'duration_ms', 'transfer_hash', 'token'];

const columnsOf = (properties: Resource['Properties']) =>
  properties.TableInput.StorageDescriptor.Columns.map(({ Name, Type }: Record<string, string>) => ({
    name: Name,
    type: Type,
  }));

describe('the tables', () => {
  test('have the columns that the code writes, in their order', () => {
    expect(columnsOf(table('Requests'))).toEqual(WRITTEN);
  });

  test('of applications have these and those of an event', () => {
    const columns = columnsOf(table('Events'));
    expect(columns.slice(0, WRITTEN.length)).toEqual(WRITTEN);
    expect(columns.slice(WRITTEN.length).map(({ name }: { name: string }) => name)).toEqual(OF_EVENTS);
  });

  test.each([
    ['Requests', 'sa-cloudfront-raw'],
    ['Events', 'sa-analytics-raw'],
  ])('of %s find a batch by its key, day by day, in a feed that the query names', (id, namespace) => {
    const { Parameters: parameters, StorageDescriptor: stored, PartitionKeys: keys } = table(id).TableInput;
    const location = `s3://our-site-data-<AWS::AccountId>-eu-west-1/cache/${namespace}/data/key-based/`;
    expect(plain(stored.Location)).toBe(location);
    expect(plain(parameters['storage.location.template'])).toBe(`${location}\${feed}/\${day}/`);
    expect(parameters).toMatchObject({
      'projection.enabled': 'true',
      'projection.feed.type': 'injected',
      'projection.day.type': 'date',
      'projection.day.format': 'yyyy-MM-dd',
      'projection.day.range': '2024-01-01,NOW+1DAYS',
    });
    expect(keys.map(({ Name, Type }: Record<string, string>) => [Name, Type])).toEqual([
      ['feed', 'string'],
      ['day', 'string'],
    ]);
  });

  test('include a view that drops repeated events, in the form in which Athena keeps one', () => {
    const { TableType, ViewOriginalText, DatabaseName } = {
      ...table('EventsOnce').TableInput,
      ...table('EventsOnce'),
    };
    expect(TableType).toBe('VIRTUAL_VIEW');
    const [, encoded] = /^\/\* Presto View: (\S+) \*\/$/.exec(ViewOriginalText)!;
    const view = JSON.parse(Buffer.from(encoded!, 'base64').toString());
    expect(view).toMatchObject({ catalog: 'awsdatacatalog', schema: 'our_site' });
    expect(DatabaseName).toBe('our_site');
    expect(view.originalSql).toContain('PARTITION BY feed, day, coalesce(event_id');
    expect(view.originalSql).toContain('ORDER BY "$path"');
    // The partition is part of what can be asked.
    expect(view.columns.map(({ name }: { name: string }) => name)).toEqual([
      ...WRITTEN.map(({ name }) => name),
      ...OF_EVENTS,
      'feed',
      'day',
    ]);
    expect(new Set(view.columns.map(({ type }: { type: string }) => type))).toEqual(
      new Set(['varchar', 'integer', 'bigint']),
    );
  });
});

describe('the workgroup', () => {
  test('bounds what a query reads, whatever the asker sets, and lets results go after a week', () => {
    const { WorkGroupConfiguration: bounds } = resource(all, 'SqlStack', 'WorkGroup').Properties;
    expect(bounds).toMatchObject({
      EnforceWorkGroupConfiguration: true,
      BytesScannedCutoffPerQuery: 10_000_000_000,
      ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    });
    expect(plain(bounds.ResultConfiguration.OutputLocation)).toBe(
      's3://our-site-observability-<AWS::AccountId>-eu-west-1/athena/',
    );
  });

  test('comes with ten queries over columns that exist, each of one feed and some days', () => {
    const queries = everyResource(all, 'AWS::Athena::NamedQuery').map(([, { Properties }]) => Properties);
    expect(queries).toHaveLength(10);
    expect(new Set(queries.map(({ Name }) => Name)).size).toBe(10);
    for (const { QueryString: sql, WorkGroup, Database } of queries) {
      expect([WorkGroup, Database]).toEqual(['our-site', 'our_site']);
      expect(sql).toMatch(/WHERE feed = '(standard\.E1ABCDEFGHIJKL|application\.main)'\n {2}AND day >= /);
      expect(sql).toMatch(/FROM (requests|application_events_once)\n/);
      for (const name of namesIn(sql)) expect([...KNOWN, ...OF_EVENTS]).toContain(name);
    }
  });
});

const KNOWN = [...WRITTEN.map(({ name }) => name), 'feed', 'day'];

/** What a query takes from a table: names with an underscore, and those of one word that are columns. */
function namesIn(sql: string): string[] {
  const functions = /\b(date_trunc|from_unixtime|date_format|current_date|approx_percentile|count_if)\b/g;
  const bare = sql
    .replaceAll(/'[^']*'/g, '')
    .replaceAll(/FROM \w+/g, '')
    .replaceAll(functions, '');
  return bare.match(/\b[a-z]+(_[a-z_]+)\b/g) ?? [];
}
