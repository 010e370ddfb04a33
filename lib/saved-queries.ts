import { TABLES } from './sql-tables.ts';

/** A query that is kept with the workgroup. */
export interface SavedQuery {
  readonly name: string;
  readonly description: string;
  readonly sql: string;
}

/** The ten questions that roll-ups answer least: edit the feed and the days, and run. */
export function savedQueries(feed: string): SavedQuery[] {
  const where = `WHERE feed = '${feed}'\n  AND day >= date_format(current_date - interval '7' day, '%Y-%m-%d')`;
  const humans = `${where}\n  AND class = 'human'`;
  const from = `FROM ${TABLES.requests}`;
  const query = (name: string, description: string, ...lines: string[]): SavedQuery => ({
    name,
    description,
    sql: `${lines.join('\n')}\n`,
  });
  const top = (select: string, rest: string, count = 50) =>
    `SELECT ${select}\n${from}\n${rest}\nGROUP BY 1\nORDER BY 2 DESC\nLIMIT ${count}`;
  return [
    query(
      'requests-by-hour',
      'Requests and bytes of each hour, by class',
      `SELECT date_trunc('hour', from_unixtime(timestamp / 1000)) AS hour, class,`,
      '  count(*) AS requests, sum(sc_bytes) AS bytes',
      from,
      where,
      'GROUP BY 1, 2',
      'ORDER BY 1, 2',
    ),
    query('paths', 'What people look at', top('cs_uri_stem AS path, count(*) AS requests', humans)),
    query('countries', 'Where people are', top('c_country AS country, count(*) AS requests', humans)),
    query('referrers', 'Where people come from', top('referrer_domain, count(*) AS requests', humans)),
    query(
      'errors',
      'Paths that fail, with their status',
      'SELECT cs_uri_stem AS path, sc_status, count(*) AS requests',
      from,
      `${where}\n  AND sc_status >= '400'`,
      'GROUP BY 1, 2',
      'ORDER BY 3 DESC',
      'LIMIT 100',
    ),
    query(
      'slow-paths',
      'Paths that take long: median and 95th percentile, milliseconds',
      'SELECT cs_uri_stem AS path, count(*) AS requests,',
      '  approx_percentile(time_taken, 0.5) AS median, approx_percentile(time_taken, 0.95) AS p95',
      from,
      humans,
      'GROUP BY 1',
      'HAVING count(*) >= 20',
      'ORDER BY 4 DESC',
      'LIMIT 50',
    ),
    query(
      'cache-misses',
      'Paths that the cache does not answer',
      'SELECT cs_uri_stem AS path, count(*) AS requests,',
      `  count_if(x_edge_response_result_type = 'Miss') AS misses, sum(sc_bytes) AS bytes`,
      from,
      where,
      'GROUP BY 1',
      'ORDER BY 3 DESC',
      'LIMIT 50',
    ),
    query(
      'bots',
      'Programs, with the rule that told them',
      'SELECT agent, rule, class, count(*) AS requests, sum(sc_bytes) AS bytes',
      from,
      `${where}\n  AND class <> 'human'`,
      'GROUP BY 1, 2, 3',
      'ORDER BY 4 DESC',
      'LIMIT 100',
    ),
    query(
      'large-transfers',
      'Single requests that sent the most',
      'SELECT from_unixtime(timestamp / 1000) AS at, cs_uri_stem AS path, sc_status, sc_bytes, time_taken',
      from,
      where,
      'ORDER BY sc_bytes DESC',
      'LIMIT 100',
    ),
    query(
      'events-by-type',
      'Events of the application main by day and type, each once',
      'SELECT day, event_type, count(*) AS events, avg(duration_ms) AS milliseconds',
      `FROM ${TABLES.eventsOnce}`,
      where.replace(feed, 'application.main'),
      'GROUP BY 1, 2',
      'ORDER BY 1, 3 DESC',
    ),
  ];
}
