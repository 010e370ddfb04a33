/** What one check saw. A note is worth knowing and no fault: what was not checked, above all. */
export interface Observation {
  readonly check: string;
  readonly outcome: 'fine' | 'note' | 'fault';
  readonly what: string;
  /** Why it matters; of faults. */
  readonly why?: string;
  /** What to do; of faults. */
  readonly remedy?: string;
}

export function fine(check: string, what: string): Observation {
  return { check, outcome: 'fine', what };
}

export function note(check: string, what: string): Observation {
  return { check, outcome: 'note', what };
}

export function fault(check: string, what: string, why: string, remedy: string): Observation {
  return { check, outcome: 'fault', what, why, remedy };
}
