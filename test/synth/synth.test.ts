import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EVERYTHING } from './synthesized.ts';

// Nobody answers there: whoever asks the network for something fails at once.
const OFFLINE = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' };

const OWN_DOMAIN = {
  BACKBONE_DASHBOARD_DOMAIN: 'traffic.example.org',
  BACKBONE_DASHBOARD_CERTIFICATE: 'arn:aws:acm:us-east-1:123456789012:certificate/1-2',
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backbone-synth-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `npx cdk synth` as an engineer types it, and the processor time that it took, in seconds. */
function synth(output: string, settings: readonly string[] = [], stack = '') {
  const context = settings.map((setting) => `-c '${setting}'`).join(' ');
  const command = `TIMEFORMAT='cpu %U %S'; time npx cdk synth -q -o '${output}' ${context} ${stack}`;
  const run = spawnSync('bash', ['-c', command], {
    encoding: 'utf8',
    env: { ...process.env, ...OFFLINE },
  });
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(run.stderr)!;
  return { ...run, seconds: Number(user) + Number(system) };
}

describe('npx cdk synth', () => {
  test('works offline and without any setting, in at most 15 seconds, with nothing to complain about', () => {
    const output = join(folder, 'out');
    const { status, stderr, seconds } = synth(output);
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
    expect(seconds).toBeLessThan(15);
    const report = JSON.parse(readFileSync(join(output, 'validation-report.json'), 'utf8'));
    expect(report.pluginReports).toEqual([]);
    console.info(`cdk synth: ${seconds.toFixed(1)} s of processor time`);
  });

  test('has nothing to complain about when settings switch everything on', () => {
    const everything = { ...EVERYTHING, ...OWN_DOMAIN, BACKBONE_ARCHIVE_RETENTION_DAYS: 120 };
    const settings = Object.entries(everything).map(([name, value]) => `${name}=${value}`);
    const { status, stderr } = synth(join(folder, 'everything'), settings);
    expect([status, status === 0 ? '' : stderr]).toEqual([0, '']);
  });

  test('bundles handlers of at most 5 kB beside a layer', () => {
    const sizes = readdirSync(join(folder, 'out'))
      .filter((name) => name.startsWith('asset.'))
      .map((name) => bytesIn(join(folder, 'out', name)));
    // Nine handlers, the page with its writer, the layer.
    expect(sizes).toHaveLength(11);
    expect(sizes.filter((size) => size <= 5_000)).toHaveLength(9);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3_000_000);
  });

  test('protects the stack of the data against being deleted, and no other', () => {
    const { artifacts } = JSON.parse(readFileSync(join(folder, 'out/manifest.json'), 'utf8'));
    const guarded = Object.entries<{ properties?: { terminationProtection?: boolean } }>(artifacts)
      .filter(([, { properties }]) => properties?.terminationProtection)
      .map(([id]) => id);
    expect(guarded).toEqual(['DataStack']);
  });

  test('stops at wrong settings, with their names and the accepted forms, and without a stack trace', () => {
    const { status, stderr } = synth(join(folder, 'wrong'), [
      'BACKBONE_RAW_RETENTION_DAYS=ninety',
      'BACKBONE_DISTRIBUTION=E1ABCDEFGHIJKL',
    ]);
    expect(status).not.toBe(0);
    expect(stderr).toContain('BACKBONE_RAW_RETENTION_DAYS: accepted is a whole number from 2 to 3650');
    expect(stderr).toContain('BACKBONE_DISTRIBUTION: there is no such setting');
    expect(stderr).not.toContain('    at ');
  });

  test('with an existing bucket prints what that has to be', () => {
    const { status, stderr, stdout } = synth(
      join(folder, 'existing'),
      ['BACKBONE_EXISTING_DATA_BUCKET=our-data', 'BACKBONE_DATA_PREFIX=sites/main'],
      'DataStack',
    );
    expect(status).toBe(0);
    expect(stdout + stderr).toContain('check of the bucket our-data:');
    expect(stdout + stderr).toContain('expires sites/main/cache/sa-cloudfront-raw/ after 90 days');
  });
});

describe('the checks at every synth', () => {
  const planted = (fault: string) => {
    const app = `node --disable-warning=ExperimentalWarning test/synth/planted-fault.ts ${fault}`;
    const command = ['cdk', 'synth', '-q', '-o', join(folder, fault), '--app', app];
    return spawnSync('npx', command, { encoding: 'utf8', env: { ...process.env, ...OFFLINE } });
  };

  test('let a template without faults pass', () => {
    expect(planted('none').status).toBe(0);
  });

  test.each([
    ['misspelt-property', 'F3002: '],
    ['value-out-of-the-list', 'W3030: '],
    ['visibility-below-time-out', 'E3505: '],
    ['finding-of-nag', 'Serverless-CloudWatchLogGroupRetentionPeriod'],
  ])('fail on a planted %s', (fault, rule) => {
    const { status, stderr, stdout } = planted(fault);
    expect(status).not.toBe(0);
    expect(stderr + stdout).toContain(rule);
  });
});

/** The country table is data, and counts for nobody. */
function bytesIn(path: string): number {
  if (path.endsWith('/country-table')) return 0;
  if (!statSync(path).isDirectory()) return statSync(path).size;
  return readdirSync(path).reduce((sum, name) => sum + bytesIn(join(path, name)), 0);
}
