import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  CLASSES,
  createCountryTable,
  createLogReader,
  DEFAULT_RULES,
  readLog,
} from '@sgraph-backbone/layer/logs';
import { logTexts } from '../../../bench/generate.ts';
import { DEMO_SITE, type DemoFile, demoFiles } from '../../../local/demo/index.ts';
import { ORIGINS } from '../../../local/demo/origins.ts';
import { parsedLines, share } from './parsed-lines.ts';

const NOW = Date.UTC(2026, 10, 21, 9, 30);
const KEY = new Uint8Array(32).fill(1);
const RANGES = path.join(import.meta.dirname, '../../../node_modules/@ip-location-db/geo-whois-asn-country');

const country = createCountryTable({
  ipv4: readFileSync(path.join(RANGES, 'geo-whois-asn-country-ipv4-num.csv')),
  ipv6: readFileSync(path.join(RANGES, 'geo-whois-asn-country-ipv6-num.csv')),
});

interface Row {
  readonly class: string;
  readonly country: string;
  readonly distribution: string;
  readonly timestamp: number;
  readonly path: string;
}

async function read(files: readonly Pick<DemoFile, 'name' | 'bytes'>[]) {
  const reader = createLogReader();
  const dayKey = async () => ({ id: 'key', key: KEY });
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const options = { reader, identity: KEY, rules: DEFAULT_RULES, now: NOW, dayOf, dayKey, country };
  const rows: Row[] = [];
  const [formats, ids, quarantine] = [new Set<string>(), new Set<string>(), [] as string[]];
  for (const { name, bytes } of files) {
    const source = async function* () {
      yield bytes;
    };
    const result = await readLog(source(), { ...options, name }, (block) => {
      const { dictionaries: known } = block;
      for (let row = 0; row < block.length; row++) {
        rows.push({
          class: CLASSES[block.class[row]!]!,
          country: known.c_country.values[block.c_country[row]!]!,
          distribution: known.distribution.values[block.distribution[row]!]!,
          timestamp: block.timestamp[row]!,
          path: known.cs_uri_stem.values[block.cs_uri_stem[row]!]!,
        });
      }
    });
    formats.add(result.format);
    ids.add(result.object_id);
    quarantine.push(
      ...result.quarantine.map(({ line, reason }) => `${name}:${line} ${reason}`),
      ...result.warnings,
    );
  }
  return { rows, formats, ids, quarantine };
}

describe('the demo week, read as log files', () => {
  const files = demoFiles(NOW);
  let week: Awaited<ReturnType<typeof read>>;
  beforeAll(async () => {
    week = await read(files);
  });

  test('has no line that is quarantined and nothing to warn of', () => {
    expect(week.quarantine).toEqual([]);
    expect(week.rows).toHaveLength(files.reduce((sum, { bytes }) => sum + parsedLines(bytes).length, 0));
  });

  test('comes in both formats, each file an object of its own', () => {
    expect([...week.formats].sort()).toEqual(['v1-33', 'v2-json']);
    expect(week.ids.size).toBe(files.length);
  });

  test('belongs to one distribution', () => {
    expect(new Set(week.rows.map((row) => row.distribution))).toEqual(new Set([DEMO_SITE.distribution]));
  });

  test('has people, bots, scanners and monitors, people first', () => {
    const of = (name: string) => share(week.rows, (row) => row.class === name);
    expect(of('human')).toBeGreaterThan(0.6);
    for (const name of ['bot', 'probe', 'monitor']) expect([name, of(name) > 0.01]).toEqual([name, true]);
  });

  test('comes from every country of its making, whether the log or the table says so', () => {
    const seen = new Set(week.rows.map((row) => row.country));
    expect([...seen].sort()).toEqual(ORIGINS.map((origin) => origin.country).sort());
  });

  test('keeps no id of a transfer in a path', () => {
    expect(week.rows.filter((row) => /[0-9a-f]{12}/.test(row.path))).toEqual([]);
    expect(new Set(week.rows.map((row) => row.path)).size).toBeLessThan(200);
  });
});

describe('benchmark logs, read as log files', () => {
  test('have no line that is quarantined', async () => {
    const texts = [...logTexts({ lines: 10_000, files: 2, seed: 'reading' })];
    const { rows, formats, quarantine } = await read(
      texts.map(({ name, text }) => ({ name, bytes: Buffer.from(text) })),
    );
    expect(quarantine).toEqual([]);
    expect(rows).toHaveLength(10_000);
    expect([...formats]).toEqual(['v1-33']);
  });
});
