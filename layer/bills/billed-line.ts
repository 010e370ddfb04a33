/** What a line charges for. Credits, refunds and taxes are told apart from what usage and purchases cost. */
export type Charge = 'usage' | 'credit' | 'refund' | 'tax';

/** One line of a bill, in the words of the table it came from. */
export interface BilledLine {
  /** The UTC day it is charged for: `2026-02-16`. What is charged for a month is charged on its first day. */
  readonly date: string;
  /** The billing period whose export holds it: `2026-02`. */
  readonly period: string;
  /** As the invoice names it: `Amazon Simple Storage Service`. */
  readonly service: string;
  /** `eu-west-1`; `global` where the line names none. */
  readonly region: string;
  readonly usage_type: string;
  readonly charge: Charge;
  /** Changes a period that was invoiced before. */
  readonly correction: boolean;
  /** ISO 4217. */
  readonly currency: string;
  /** What is on the invoice, a plain decimal with every digit that was delivered. */
  readonly unblended: string;
  /** With upfront and recurring fees spread over the time they pay for. */
  readonly amortized: string;
  /** Absent where the line measures nothing: taxes, credits. */
  readonly quantity?: string;
  readonly unit?: string;
  /** Not on an invoice yet: it may change. */
  readonly estimated: boolean;
  /** 12 digits. */
  readonly account?: string;
  /** Cost allocation tags, by the names that the export gives them. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The tables that are understood. */
export type BillForm = 'FOCUS 1.2' | 'CUR 2.0';
