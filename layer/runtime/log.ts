export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, unknown>>;

/** One JSON object per line. Never given addresses, keys or query strings: what is logged stays for weeks. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with these fields on every line. */
  with(fields: LogFields): Log;
}

export interface LogOptions {
  readonly level: LogLevel;
  /** Takes a finished line without its line break. */
  readonly write: (line: string) => void;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly fields?: LogFields;
}

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** A structured log; errors among the fields are written with their name, message, stack and causes. */
export function createLog(options: LogOptions): Log {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(options.level)) return;
      const timestamp = new Date(options.now()).toISOString();
      options.write(JSON.stringify({ level, timestamp, message, ...options.fields, ...fields }, plain));
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => createLog({ ...options, fields: { ...options.fields, ...fields } }),
  };
}

/** A log to standard error, as Lambda and the local server collect it. */
export function processLog(level: LogLevel, fields?: LogFields): Log {
  const write = (line: string) => void process.stderr.write(`${line}\n`);
  return createLog({ level, write, now: Date.now, fields });
}

/** The level that the environment names; `info` where it names none. */
export function processLevel(): LogLevel {
  return LEVELS.find((level) => level === process.env.BACKBONE_LOG_LEVEL) ?? 'info';
}

function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { ...value, name, message, stack, ...(cause === undefined ? {} : { cause }) };
}
