import { createHash } from 'node:crypto';
import { redact } from '@sgraph-backbone/layer/logs';
import { changeRecord } from './changes.ts';
import { BadTransfer, TooManyRecipients, TransferErased } from './errors.ts';
import { type Passing, passOn } from './outbox.ts';
import { placeOf } from './places.ts';
import { isErased, newRecord, type Recipient, type TransferRecord } from './record.ts';

/** Recipients of one transfer. */
export const MOST_RECIPIENTS = 100;
const LABEL_LENGTH = 80;
const ACCEPTED = `1 to ${LABEL_LENGTH} characters on one line: words of the sender, no address and no e-mail address`;

/**
 * A link key for one recipient, named in the sender's words. The same label again answers the same key.
 * Throws BadTransfer for a label that is an address, TooManyRecipients, TransferErased.
 */
export async function addRecipient(
  context: Passing,
  id: string,
  label: unknown,
): Promise<{ readonly recipient: Recipient; readonly isNew: boolean }> {
  const { data, now, newId } = context;
  const { cacheId, hash } = placeOf(id);
  const words = checkedLabel(label);
  const recipient = createHash('sha256').update(newId()).digest('hex').slice(0, 20);
  const after = await changeRecord(data, cacheId, (stored) => {
    if (stored !== undefined && isErased(stored)) throw new TransferErased(stored.erased_at);
    const record = stored ?? newRecord(hash, now());
    if (record.recipients.some((known) => known.label === words)) return undefined;
    if (record.recipients.length >= MOST_RECIPIENTS) throw new TooManyRecipients(MOST_RECIPIENTS);
    return { ...record, recipients: [...record.recipients, fresh(recipient, words, now())] };
  });
  if (!(after as TransferRecord).named) await passOn(context, cacheId);
  const found = (after as TransferRecord).recipients.find((known) => known.label === words)!;
  return { recipient: found, isNew: found.recipient === recipient };
}

function fresh(recipient: string, label: string, now: number): Recipient {
  const nothing = { views: 0, downloads_started: 0, downloads: 0 };
  return { recipient, label, created_at: now, ...nothing, first_opened_at: null, last_opened_at: null };
}

function checkedLabel(label: unknown): string {
  if (typeof label !== 'string') throw new BadTransfer('label', ACCEPTED);
  const words = label.normalize('NFC').trim();
  const isPlain = label.isWellFormed() && !/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(words);
  if (words === '' || [...words].length > LABEL_LENGTH || !isPlain) throw new BadTransfer('label', ACCEPTED);
  if (looksPersonal(words)) throw new BadTransfer('label', ACCEPTED);
  return words;
}

/** Also spelt with blanks (`jane @ example.org`), or in full-width letters. */
function looksPersonal(words: string): boolean {
  const plain = words.normalize('NFKC');
  const joined = plain.replace(/\s*([@.:])\s*/g, '$1');
  return [words, plain, joined].some((text) => redact(text) !== text);
}
