import { describe, expect, it } from 'vitest';
import { shownText } from '../../../src/dialogue/typed-line.ts';
import { maskedText, plainLine } from '../../../src/domain/config-line.ts';
import { DeviceError } from '../../../src/domain/errors.ts';
import { type Dialect, dialectOf, inItsOwnWords } from '../../../src/ios/dialect/dialect.ts';
import { findRefusal } from '../../../src/ios/refusals.ts';
import type { Session } from '../../../src/ios/session.ts';

const INVALID = "                 ^\n% Invalid input detected at '^' marker.\n";
const DENIED = 'Command authorization failed.\n';
const CERTIFICATES = 'show crypto pki certificates';

describe('a router', () => {
  it('is heard as far as was asked for where it logs', () => {
    const { session, typed } = routerThatKnows('pki', 'ca');
    session.onSyslog(() => undefined, 'begun');
    expect(typed).toEqual(['log lines, begun']);
  });

  it('that takes crypto pki hears it everywhere', async () => {
    const { session, typed } = routerThatKnows('pki', 'ca');
    expect(await session.show(CERTIFICATES)).toBe('');
    await everything(session);
    expect(typed).toEqual([
      CERTIFICATES,
      'show crypto pki trustpoints BRANCH status',
      'show running-config | section crypto pki',
      'crypto pki trustpoint BRANCH',
      ' subject-name CN=crypto pki trustpoint',
      'crypto pki enroll BRANCH',
      'no crypto pki trustpoint BRANCH',
    ]);
    expect(dialectOf(session)).toBe('pki');
  });

  it('that takes crypto ca only hears that, from the first refusal on', async () => {
    const { session, typed } = routerThatKnows('ca');
    expect(dialectOf(session)).toBe('pki');
    expect(await session.show(CERTIFICATES)).toBe('');
    expect(dialectOf(session)).toBe('ca');
    await everything(session);
    expect(typed).toEqual([
      CERTIFICATES,
      'show crypto ca certificates',
      'show crypto ca trustpoints',
      'show crypto ca trustpoints BRANCH status',
      'show running-config | section crypto ca',
      'crypto ca trustpoint BRANCH',
      ' subject-name CN=crypto pki trustpoint',
      'crypto ca enroll BRANCH',
      'no crypto ca trustpoint BRANCH',
    ]);
  });

  it('that takes crypto ca only lists all certificates where those of one trustpoint are wanted', async () => {
    const { session, typed } = routerThatKnows('ca');
    await session.show(`${CERTIFICATES} BRANCH`);
    await session.show(`${CERTIFICATES} BRANCH`);
    expect(typed.slice(1)).toEqual([
      'show crypto ca certificates',
      'show crypto ca trustpoints',
      'show crypto ca certificates',
    ]);
  });

  it('that refuses one command in both words has not shown its own', async () => {
    const { session, typed } = routerThatKnows('ca');
    expect((await session.ask('show crypto pki counters')).refusal?.kind).toBe('syntax');
    expect(typed).toEqual(['show crypto pki counters', 'show crypto ca counters']);
    expect(dialectOf(session)).toBe('pki');
    await session.show(CERTIFICATES);
    expect(dialectOf(session)).toBe('ca');
  });

  it('whose AAA denies a command is not asked in other words', async () => {
    const { session, typed } = routerThatAnswers(() => DENIED);
    expect((await session.ask(CERTIFICATES)).refusal?.kind).toBe('authorization');
    await expect(session.show(CERTIFICATES)).rejects.toMatchObject({ code: 'command-refused' });
    expect(typed).not.toContain('show crypto ca certificates');
  });

  it('that knows neither word refuses as ever', async () => {
    const { session } = routerThatKnows();
    await expect(session.show(CERTIFICATES)).rejects.toMatchObject({
      code: 'command-refused',
      message: expect.stringContaining(CERTIFICATES),
    });
  });

  it('that knows crypto ca identity only is not supported, and nothing else is typed', async () => {
    const { session, typed } = routerThatAnswers((line) =>
      line === 'show crypto ca certificates' ? '' : INVALID,
    );
    await expect(session.show(CERTIFICATES)).rejects.toMatchObject({
      code: 'unsupported-release',
      message: expect.stringContaining('crypto ca identity'),
      hint: expect.stringContaining('12.2(8)T'),
    });
    expect(typed).toEqual([CERTIFICATES, 'show crypto ca certificates', 'show crypto ca trustpoints']);
  });
});

async function everything(session: Session): Promise<void> {
  await session.ask('show crypto pki trustpoints BRANCH status');
  await session.show('show running-config | section crypto pki');
  await session.configure([
    plainLine('crypto pki trustpoint BRANCH'),
    plainLine(' subject-name CN=crypto pki trustpoint'),
  ]);
  for (const opening of ['crypto pki enroll BRANCH', 'no crypto pki trustpoint BRANCH']) {
    await session.converse({ name: 'any', opening, exchanges: [], timeoutMs: 1 }, 'configuration');
  }
}

interface Fake {
  readonly session: Session;
  /** Lines in the order they were typed. */
  readonly typed: readonly string[];
}

/** Knows these words, and no counters. */
function routerThatKnows(...words: readonly Dialect[]): Fake {
  return routerThatAnswers((line) => {
    const word = /^show crypto (?<word>\S+) (?!counters)/.exec(line)?.groups?.word;
    return line.startsWith('show crypto') && !words.some((known) => known === word) ? INVALID : '';
  });
}

function routerThatAnswers(answer: (line: string) => string): Fake {
  const typed: string[] = [];
  const type = (line: string): string => {
    typed.push(line);
    return answer(line);
  };
  const session: Session = {
    hostname: 'br-0001',
    signal: undefined,
    show: async (command) => {
      const text = type(command);
      const refusal = findRefusal(text);
      if (refusal === undefined) return text;
      throw new DeviceError('command-refused', `“${command}”: ${refusal.line}`);
    },
    ask: async (command) => {
      const text = type(command);
      const refusal = findRefusal(text);
      return refusal === undefined ? { text } : { text, refusal };
    },
    configure: async (lines) => {
      for (const line of lines) type(maskedText(line));
    },
    converse: async ({ opening }) => {
      type(shownText(opening));
      return { text: '', prompt: 'br-0001#', asked: [], syslog: [] };
    },
    onSyslog: (_, extent) => {
      typed.push(`log lines, ${extent}`);
      return () => undefined;
    },
    expectReload: () => undefined,
    foresee: () => undefined,
    tell: () => Promise.resolve(),
    close: async () => undefined,
  };
  return { session: inItsOwnWords(session), typed };
}
