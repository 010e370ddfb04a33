/** The clock of a driver. */
export interface DriverOptions {
  /** Epoch milliseconds; stamps what is written. */
  readonly now?: () => number;
}
