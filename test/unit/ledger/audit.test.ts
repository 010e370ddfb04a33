import { describe, expect, test } from '@jest/globals';
import { memoryObjectStore } from '@sgraph-backbone/layer/drivers';
import { type AuditEntry, beginAudit, readAudit } from '@sgraph-backbone/layer/ledger';
import type { ObjectStore } from '@sgraph-backbone/layer/store';

const AT = Date.parse('2026-02-16T14:30:00.001Z');
const ENTRY = { at: AT, actor: 'admin', action: 'settings', detail: { members: ['timezone'] } };

const writeAudit = async (data: ObjectStore, entry: AuditEntry) => (await beginAudit(data, entry)).done();

describe('audit', () => {
  test('keeps entries by day, the oldest first', async () => {
    const data = memoryObjectStore();
    const later = { ...ENTRY, at: AT + 1, action: 'forget', detail: { object_id: 'ab' } };
    await writeAudit(data, later);
    await writeAudit(data, ENTRY);
    await writeAudit(data, { ...ENTRY, at: AT + 86_400_000 });
    expect(await readAudit(data, '2026-02-16')).toEqual([ENTRY, later]);
    expect(await readAudit(data, '2026-02-17')).toHaveLength(1);
  });

  test('keeps different entries of one instant, and the same entry once', async () => {
    const data = memoryObjectStore();
    await writeAudit(data, ENTRY);
    await writeAudit(data, { ...ENTRY, actor: 'command line' });
    await writeAudit(data, ENTRY);
    expect(await readAudit(data, '2026-02-16')).toHaveLength(2);
  });

  test('says what is unfinished until it is done, and then what came of it', async () => {
    const data = memoryObjectStore();
    const audit = await beginAudit(data, ENTRY);
    expect(await readAudit(data, '2026-02-16')).toEqual([{ ...ENTRY, unfinished: true }]);
    await audit.done({ objects: 2 });
    expect(await readAudit(data, '2026-02-16')).toEqual([
      { ...ENTRY, detail: { members: ['timezone'], objects: 2 } },
    ]);
  });

  test('is taken back by the one of two alike that did nothing, unless the other one did it', async () => {
    const data = memoryObjectStore();
    const [one, other] = [await beginAudit(data, ENTRY), await beginAudit(data, ENTRY)];
    await other.nothingDone();
    expect(await readAudit(data, '2026-02-16')).toEqual([{ ...ENTRY, unfinished: true }]);
    await other.done();
    await one.nothingDone();
    expect(await readAudit(data, '2026-02-16')).toEqual([ENTRY]);
    const alone = await beginAudit(data, { ...ENTRY, at: AT + 1 });
    await alone.nothingDone();
    expect(await readAudit(data, '2026-02-16')).toEqual([ENTRY]);
  });

  test('lies in a namespace of its own, under its day and instant', async () => {
    const data = memoryObjectStore();
    await writeAudit(data, ENTRY);
    const keys = [];
    for await (const row of data.list('bb-audit/')) keys.push('prefix' in row ? row.prefix : row.key);
    expect(keys).toHaveLength(1);
    expect(keys[0]).toMatch(new RegExp(`^bb-audit/data/key-based/2026-02-16/${AT}-[0-9a-f]{16}\\.json$`));
  });
});
