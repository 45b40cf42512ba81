import { describe, expect, it } from 'vitest';
import { Secret } from '../../src/domain/secret.ts';
import { createLogger, type LogLevel } from '../../src/log/logger.ts';

function written(level: LogLevel = 'debug'): { lines: string[]; log: ReturnType<typeof createLogger> } {
  const lines: string[] = [];
  const now = (): Date => new Date('2026-03-01T10:00:00Z');
  return { lines, log: createLogger({ sink: (line) => lines.push(line), level, now }) };
}

describe('the logger', () => {
  it('writes one JSON line with the message and its fields', () => {
    const { lines, log } = written();
    log.child({ device: 'br-1' }).warn('slow answer', { ms: 12 });
    expect(lines).toEqual([
      '{"time":"2026-03-01T10:00:00.000Z","level":"warn","message":"slow answer","device":"br-1","ms":12}\n',
    ]);
  });

  it('leaves out what is below its level', () => {
    const { lines, log } = written('warn');
    log.debug('a');
    log.info('b');
    log.error('c');
    expect(lines).toHaveLength(1);
  });

  it('writes no secret, not even one that a library put into an error', () => {
    const { lines, log } = written();
    const secret = Secret.acquired('logger"Secret\\1', 'this test');
    log.error('failed', {
      secret,
      error: new Error(`bad value ${secret.reveal()}`),
      nested: [{ text: secret.reveal() }],
    });
    expect(lines.join('')).not.toContain('Secret\\\\1');
    expect(lines.join('').match(/\[redacted\]/g)?.length).toBeGreaterThanOrEqual(3);
    expect(() => JSON.parse(lines[0] ?? '') as unknown).not.toThrow();
  });

  it('survives cycles and big integers', () => {
    const { lines, log } = written();
    const cycle: Record<string, unknown> = { serial: 12n };
    cycle.self = cycle;
    log.info('odd', { cycle });
    expect(lines[0]).toContain('"serial":"12"');
  });
});
