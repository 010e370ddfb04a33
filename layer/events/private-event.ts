import type { Class, Client } from '@sgraph-backbone/layer/logs';

/** A keyed hash and the id of the day's key it was made under: nothing links it to the same visitor on another day. */
export interface DayHash {
  /** Id of the key; the key itself is destroyed with its day. */
  readonly key_id: string;
  /** 64 bits, 16 hex digits. */
  readonly hash: string;
}

/**
 * An event of an application as it may be kept and queued: validated, normalised, without anything personal.
 * Members that were not given are absent: what is absent is not measured.
 */
export interface PrivateEvent {
  /** Idempotency key: within its window an event counts once. */
  readonly event_id: string;
  readonly event_type: string;
  /** Epoch milliseconds: decides the window. */
  readonly timestamp: number;
  /** Feed `application.<app>`. */
  readonly app: string;
  readonly source: 'lambda' | 'application';
  /** An event with a method is a request. */
  readonly method?: string;
  /** After one decoding, path rules and redaction, as in rows of logs. */
  readonly path?: string;
  /** Allow-listed query parameters. */
  readonly query?: Readonly<Record<string, string>>;
  /** 0–599. */
  readonly status?: number;
  readonly duration_ms?: number;
  readonly content_bytes?: number;
  /** Two capital letters (ISO 3166-1). */
  readonly country?: string;
  readonly referrer_domain?: string;
  /** What the agent says; absent: no agent was given. */
  readonly client?: Client;
  readonly class: Class;
  /** Why it is not `human`. */
  readonly rule?: string;
  readonly visitor?: DayHash;
  readonly transfer?: DayHash;
  /** Name of the invitation token. */
  readonly token?: string;
  /** The settings leave it out: counted as excluded, never a row. */
  readonly excluded?: true;
}
