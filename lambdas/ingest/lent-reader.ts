import { createLogReader, type LogReader } from '@sgraph-backbone/layer/logs';

const lent = new WeakSet<LogReader>();

/**
 * Reads with the process's reader, or with one of its own while that is in use: a reader's block belongs to one
 * object at a time, and a server may take in several objects at once.
 */
export async function withReader<T>(reader: LogReader, read: (reader: LogReader) => Promise<T>): Promise<T> {
  if (lent.has(reader)) return read(createLogReader());
  lent.add(reader);
  try {
    return await read(reader);
  } finally {
    lent.delete(reader);
  }
}
