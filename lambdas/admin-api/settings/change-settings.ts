import { beginAudit } from '@sgraph-backbone/layer/ledger';
import { precondition } from '@sgraph-backbone/layer/runtime';
import {
  membersThatDiffer,
  readStampedSettings,
  replaceSettings,
  type SiteSettings,
  type StampedSettings,
} from '@sgraph-backbone/layer/settings';
import { Conflict, type ObjectStore } from '@sgraph-backbone/layer/store';

/** Who changes the settings, from which state of them. */
export interface SettingsChange {
  readonly settings: SiteSettings;
  /** Stamp of what the change was made from; `*`: whatever is there. */
  readonly from: string;
  readonly actor: string;
  /** Epoch ms. */
  readonly at: number;
}

/** Replaces the settings and keeps who did so. Throws 412 when they are not those that the change was made from. */
export async function changeSettings(data: ObjectStore, change: SettingsChange): Promise<StampedSettings> {
  const before = await readStampedSettings(data);
  if (change.from !== '*' && change.from !== before.stamp) throw precondition('the settings');
  const members = membersThatDiffer(before.settings, change.settings);
  if (members.length === 0) return before;
  const detail = Object.fromEntries(
    members.map((member) => [member, { from: before.settings[member], to: change.settings[member] }]),
  );
  const { at, actor, settings } = change;
  const audit = await beginAudit(data, { at, actor, action: 'settings', detail });
  try {
    const after = await replaceSettings(data, settings, before.stamp);
    await audit.done();
    return after;
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    await audit.nothingDone();
    throw precondition('the settings');
  }
}
