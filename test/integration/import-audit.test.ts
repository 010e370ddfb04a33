import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openStore } from '@sgraph-backbone/layer/drivers';
import { type AuditEntry, readAudit } from '@sgraph-backbone/layer/ledger';
import { backbone } from './command.ts';
import { workFolder } from './work-folder.ts';

describe('an import', () => {
  test('that only adds leaves no audit entry; one that corrects or completes leaves what it was told', async () => {
    const folder = workFolder();
    const words = ['import', 'logs', '--store', 'disk:store'];
    const began = Date.now();
    await backbone(words, { cwd: folder });
    expect(await entriesSince(folder, began)).toEqual([]);
    await backbone(
      [...words, '--replace', '--complete-from', '2026-02-16', '--complete-through', '2026-02-18'],
      {
        cwd: folder,
      },
    );
    expect(await entriesSince(folder, began)).toEqual([
      {
        at: expect.any(Number),
        actor: 'command line',
        action: 'import',
        detail: {
          replace: true,
          complete_from: '2026-02-16',
          complete_through: '2026-02-18',
          files: 3,
          ingested: 0,
          replaced: 0,
        },
      },
    ]);
  });
});

/** Over midnight the entries lie under two days. */
async function entriesSince(folder: string, began: number): Promise<AuditEntry[]> {
  const { data, close } = await openStore(`disk:${join(folder, 'store')}`);
  try {
    const days = new Set([began, Date.now()].map((at) => new Date(at).toISOString().slice(0, 10)));
    return (await Promise.all([...days].map((day) => readAudit(data, day)))).flat();
  } finally {
    await close();
  }
}
