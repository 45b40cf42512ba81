import { Secret } from '../domain/secret.ts';
import { type Redactor, sharedRedactor } from './redact.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type LogFields = Readonly<Record<string, unknown>>;

/** Structured log: a message that never varies, so that equal events group, and fields that do. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger that adds these fields to every line. */
  child(fields: LogFields): Logger;
}

export interface LoggerOptions {
  /** Gets each line with its line end. */
  readonly sink: (line: string) => void;
  /** `info` unless given. */
  readonly level?: LogLevel;
  readonly redactor?: Redactor;
  readonly now?: () => Date;
}

/** Writes JSON lines `{time, level, message, …fields}` without any known secret in them. */
export function createLogger(options: LoggerOptions): Logger {
  return loggerWith(options, {});
}

export const silentLogger: Logger = loggerWith({ sink: () => undefined, level: 'error' }, {});

function loggerWith(options: LoggerOptions, base: LogFields): Logger {
  const { sink, level: lowest = 'info', redactor, now = () => new Date() } = options;
  const write = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(lowest)) return;
    const line = toJson({ time: now().toISOString(), level, message, ...base, ...fields });
    sink(`${(redactor ?? sharedRedactor()).redact(line)}\n`);
  };
  return {
    debug: (message, fields) => write('debug', message, fields),
    info: (message, fields) => write('info', message, fields),
    warn: (message, fields) => write('warn', message, fields),
    error: (message, fields) => write('error', message, fields),
    child: (fields) => loggerWith(options, { ...base, ...fields }),
  };
}

/** JSON that never throws: errors are spelt out, cycles and big integers written as text. */
function toJson(record: LogFields): string {
  const open = new WeakSet<object>();
  return JSON.stringify(record, (_key, value: unknown) => {
    if (value instanceof Secret) return String(value);
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (open.has(value)) return '[seen before]';
    open.add(value);
    if (value instanceof Error) {
      return {
        ...Object.fromEntries(Object.entries(value)),
        name: value.name,
        message: value.message,
        stack: value.stack,
      };
    }
    return value;
  });
}
