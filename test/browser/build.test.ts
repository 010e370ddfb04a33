import { describe, expect, test } from '@jest/globals';
import { buildDashboard } from '../../dashboard/build.ts';

const assets = await buildDashboard();
const text = (path: string) => new TextDecoder().decode(assets.get(path)?.bytes);

describe('the built page', () => {
  test('names only files that are built, by names that change with their content', async () => {
    const named = [...text('/index.html').matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1]!);
    expect(named.length).toBe(4);
    for (const path of named) expect(assets.has(path)).toBe(true);
    const hashed = named.filter((path) => path.startsWith('/assets/'));
    for (const path of hashed) expect(path).toMatch(/-[A-Z0-9]{8}\.(js|css)$/);
    expect([...(await buildDashboard()).keys()]).toEqual([...assets.keys()]);
  });

  test('holds nothing that a strict policy refuses, and no address of another origin', () => {
    expect(text('/index.html')).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/);
    for (const [path, { contentType }] of assets) {
      if (!/css|html/.test(contentType)) continue;
      expect(text(path)).not.toMatch(/https?:\/\/|url\(|@import/);
    }
  });

  test('is small enough for a slow line', () => {
    const bytes = [...assets.values()].reduce((sum, asset) => sum + asset.bytes.length, 0);
    expect(bytes).toBeLessThan(200_000);
  });
});
