/** Members of an event as applications post it; each of them is checked, and no other is accepted. */
export interface PostedEvent {
  /** Idempotency key, 1–64 of `A-Z a-z 0-9 . _ : -`. @default a fresh one */
  readonly event_id?: string;
  readonly event_type: string;
  /** Epoch milliseconds; required together with `event_id`. @default now */
  readonly timestamp?: number;
  /** @default 'main' */
  readonly app?: string;
  /** @default 'application' */
  readonly source?: 'lambda' | 'application';
  readonly method?: string;
  readonly path?: string;
  /** 0–599. */
  readonly status_code?: number;
  readonly duration_ms?: number;
  readonly content_bytes?: number;
  /** Of the visitor; or `ip_hash`, never both. */
  readonly ip?: string;
  readonly ip_hash?: string;
  readonly user_agent?: string;
  readonly referrer?: string;
  readonly country?: string;
  readonly transfer_id?: string;
  /** Name of the invitation token. */
  readonly token?: string;
}

/**
 * An event of a route of our own: `token_use`, `token_rejected` and `transfer_*` are its alone. It may be of any age:
 * what a killed process left behind is sent again under the same id and time.
 */
export interface InternalEvent extends PostedEvent {
  readonly event_id: string;
  readonly timestamp: number;
}
