import { writeFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { stateOf } from '../../../layer/drivers/disk-file.ts';
import { factsOf, sidecarPath } from '../../../layer/drivers/disk-sidecar.ts';
import { temporaryFolder } from '../../contract/opened-drivers.ts';

/** What a reader learns whose state says that there is a sidecar, from the sidecar that is there by then. */
function factsWith(sidecar: object | undefined, replaced: boolean) {
  const folder = temporaryFolder();
  try {
    const path = `${folder.path}/a.json`;
    writeFileSync(path, '{}');
    const state = { ...stateOf(path)!, sidecar: true };
    if (replaced) writeFileSync(path, '{"longer":1}');
    const entry = (facts: object) => ({ [state.etag]: facts, other: { contentType: 'no' } });
    if (sidecar !== undefined) writeFileSync(sidecarPath(path), JSON.stringify(entry(sidecar)));
    return factsOf('a.json', path, state, new Uint8Array());
  } finally {
    folder.remove();
  }
}

describe('The sidecar of a content', () => {
  test('tells the facts of the ETag that was read, also after the content was replaced', () => {
    expect(factsWith({ contentType: 'text/css' }, false)).toEqual({ contentType: 'text/css' });
    expect(factsWith({ contentType: 'text/css' }, true)).toEqual({ contentType: 'text/css' });
  });

  test('that is gone tells nothing of a content that is still there (another program wrote it)', () => {
    expect(factsWith(undefined, false)).toEqual({ contentType: 'application/json' });
  });

  test('that is gone with its content makes the reader start again', () => {
    expect(factsWith(undefined, true)).toBeUndefined();
  });
});
