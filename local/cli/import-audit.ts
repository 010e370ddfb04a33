import { type BegunAudit, beginAudit } from '@sgraph-backbone/layer/ledger';
import type { Given } from './command.ts';
import type { Session } from './session.ts';

/** Options by which an import changes more than it adds. */
const CORRECTIONS = ['replace', 'add', 'complete', 'complete-from', 'complete-through'] as const;

/**
 * Keeps that an import was told to put right what is counted, or to call it complete; undefined for one that only
 * adds. The files are in the ledger: the entry has their number, and what the options said.
 */
export async function beginImportAudit(
  { pipeline }: Session,
  given: Given,
  files: number,
): Promise<BegunAudit | undefined> {
  const said = CORRECTIONS.flatMap((name) => {
    const value = name.startsWith('complete-') ? given.text(name) : given.flag(name) || undefined;
    return value === undefined ? [] : [[name.replaceAll('-', '_'), value]];
  });
  if (said.length === 0) return undefined;
  const detail = { ...Object.fromEntries(said), files };
  return beginAudit(pipeline.data, { at: pipeline.now(), actor: 'command line', action: 'import', detail });
}
