import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Heard, Reaction } from '../../src/dialogue/exchange.ts';
import { matchAtEnd } from '../../src/dialogue/match-at-end.ts';
import { plainLine } from '../../src/domain/config-line.ts';
import type { Fingerprint } from '../../src/domain/fingerprint.ts';
import { Secret } from '../../src/domain/secret.ts';
import { authenticate, authenticateCommand } from '../../src/ios/dialogues/authenticate.ts';
import { enroll, enrollCommand } from '../../src/ios/dialogues/enroll.ts';
import { generateKeypair, generateKeypairCommand } from '../../src/ios/dialogues/generate-keypair.ts';
import { importCertificate, importCertificateCommand } from '../../src/ios/dialogues/import-certificate.ts';
import { printRequest, printRequestCommand } from '../../src/ios/dialogues/print-request.ts';
import { reloadIn, scheduleReload } from '../../src/ios/dialogues/reload-guard.ts';
import { removeTrustpoint, removeTrustpointCommand } from '../../src/ios/dialogues/remove-trustpoint.ts';
import { save, saveCommand } from '../../src/ios/dialogues/save.ts';
import { writeRequest, writeRequestCommand } from '../../src/ios/dialogues/write-request.ts';
import { zeroizeKeypair, zeroizeKeypairCommand } from '../../src/ios/dialogues/zeroize-keypair.ts';
import { ENABLE_QUESTIONS, enableQuestions } from '../../src/ios/enable.ts';
import { foreseeConfiguration, foreseeConversation, foreseeOpening } from '../../src/ios/foreseen.ts';
import { MODES, stepTowards, wayTo } from '../../src/ios/modes.ts';
import type { IosCommand } from '../../src/ios/question.ts';
import type { Session } from '../../src/ios/session.ts';
import type { IosDialogue } from '../../src/ios/terminal.ts';
import { scriptedDevice } from './router.ts';

const PIN: Fingerprint = { hash: 'SHA1', hex: 'C7478143D52497B4732A26C5E9F0A995B6E35101' };
const KEYPAIR = plainLine('crypto key generate rsa general-keys label T modulus 2048');
const OLD_KEYPAIR = plainLine('crypto key generate rsa general-keys label T');
const FACTS = { trustpoint: 'T', serialNumber: false, ipAddress: 'none', reenroll: false };
const ALL_FACTS = { trustpoint: 'T', serialNumber: true, ipAddress: 'Loopback0', reenroll: true };
const TRANSFER = { host: '192.0.2.9', files: ['br-1.BRANCH.req'] };
const PEM = ['-----BEGIN CERTIFICATE-----', 'MIIB', '-----END CERTIFICATE-----', ''];
const CHALLENGE = Secret.acquired('7C1F0A55E2D94B38', 'this test');

interface Case {
  readonly what: string;
  readonly command: IosCommand;
  readonly act: (session: Session) => Promise<unknown>;
}

const CASES: readonly Case[] = [
  {
    what: 'authenticate',
    command: authenticateCommand({ trustpoint: 'T', pins: [PIN] }),
    act: (session) => authenticate(session, { trustpoint: 'T', pins: [PIN], timeoutMs: 1 }),
  },
  {
    what: 'authenticate with a pasted certificate',
    command: authenticateCommand({ trustpoint: 'T', pins: [PIN], isPasted: true }),
    act: (session) => authenticate(session, { trustpoint: 'T', pins: [PIN], pem: PEM, timeoutMs: 1 }),
  },
  ...[FACTS, ALL_FACTS].map((facts) => ({
    what: `print-request ${facts.reenroll ? 'once more' : 'for the first time'}`,
    command: printRequestCommand(facts),
    act: (session: Session) => printRequest(session, { ...facts, timeoutMs: 1 }),
  })),
  {
    what: 'authenticate by a file',
    command: authenticateCommand({ trustpoint: 'T', pins: [PIN], transfer: TRANSFER }),
    act: (session) =>
      authenticate(session, { trustpoint: 'T', pins: [PIN], transfer: TRANSFER, timeoutMs: 1 }),
  },
  {
    what: 'write-request',
    command: writeRequestCommand(FACTS, TRANSFER),
    act: (session) => writeRequest(session, { ...FACTS, transfer: TRANSFER, timeoutMs: 1 }),
  },
  {
    what: 'import-certificate from a file',
    command: importCertificateCommand('T', TRANSFER),
    act: (session) =>
      importCertificate(session, { trustpoint: 'T', certificate: { transfer: TRANSFER }, timeoutMs: 1 }),
  },
  {
    what: 'import-certificate',
    command: importCertificateCommand('T'),
    act: (session) =>
      importCertificate(session, { trustpoint: 'T', certificate: { pem: PEM }, timeoutMs: 1 }),
  },
  ...[FACTS, ALL_FACTS].map((facts) => ({
    what: `enroll ${facts.reenroll ? 'once more' : 'for the first time'}`,
    command: enrollCommand(facts, 'from this test'),
    act: (session: Session) =>
      enroll(session, { ...facts, acquirePassword: async () => CHALLENGE, timeoutMs: 1 }),
  })),
  {
    what: 'enroll without a challenge',
    command: enrollCommand(FACTS, undefined),
    act: (session) => enroll(session, { ...FACTS, acquirePassword: async () => undefined, timeoutMs: 1 }),
  },
  ...[KEYPAIR, OLD_KEYPAIR].map((command) => ({
    what: `generate-keypair by ${command.parts.join('')}`,
    command: generateKeypairCommand(command, 2048),
    act: (session: Session) => generateKeypair(session, { command, label: 'T', bits: 2048, timeoutMs: 1 }),
  })),
  {
    what: 'remove-trustpoint',
    command: removeTrustpointCommand('T'),
    act: (session) => removeTrustpoint(session, { trustpoint: 'T', timeoutMs: 1 }),
  },
  {
    what: 'zeroize-keypair',
    command: zeroizeKeypairCommand({ label: 'L', type: 'rsa' }),
    act: (session) => zeroizeKeypair(session, { label: 'L', type: 'rsa', timeoutMs: 1 }),
  },
  {
    what: 'reload-guard',
    command: reloadIn(10),
    // What is typed first only looks.
    act: (session) =>
      scheduleReload(
        { ...session, ask: () => Promise.resolve({ text: 'No reload is scheduled.' }) },
        { minutes: 10, timeoutMs: 1 },
      ),
  },
  ...[true, false].map((allowOverwriteNvram) => ({
    what: `save, overwriting ${allowOverwriteNvram ? 'allowed' : 'not allowed'}`,
    command: saveCommand({ allowOverwriteNvram }),
    act: (session: Session) => save(session, { allowOverwriteNvram }),
  })),
];

describe.each(CASES)('what is foreseen of $what', ({ command, act }) => {
  it('is opened as it is opened', async () => {
    const { dialogue, mode } = await opened(act);
    expect([dialogue.opening, mode]).toEqual([command.opening, command.mode]);
  });

  it('knows the same questions, each by its words', async () => {
    const { dialogue } = await opened(act);
    expect(dialogue.exchanges.map(({ name }) => name)).toEqual(command.questions.map(({ name }) => name));
    for (const { name, question } of command.questions) {
      const known = dialogue.exchanges.filter(({ prompt }) => matchAtEnd(prompt, `${question} `));
      expect(known.map((exchange) => exchange.name)).toEqual([name]);
    }
  });

  it('answers, and stops, as the dialogue does', async () => {
    const { dialogue } = await opened(act);
    for (const [at, { answer, stops }] of command.questions.entries()) {
      const { question } = command.questions[at] ?? { question: '' };
      const heard = heardWith(`Fingerprint SHA1: ${PIN.hex}\n`, question);
      const reaction = await dialogue.exchanges[at]?.react(heard);
      const text = answer?.replace(/^<the .*certificate, line by line, then (quit)>$/, 'PEM, $1');
      expect(typedBy(reaction)).toEqual({ answer: text, stops: stops ?? false });
    }
  });
});

describe('enable', () => {
  const { ssh } = scriptedDevice({ enable: CHALLENGE });

  it('is foreseen with its questions by their words', () => {
    for (const { name, question } of enableQuestions(ssh)) {
      expect(matchAtEnd(ENABLE_QUESTIONS[name], `${question} `)).toBeDefined();
    }
  });

  it('has an answer only where the inventory has one, and never shows it', () => {
    const answers = (more: Partial<typeof ssh>): unknown[] =>
      enableQuestions({ ...scriptedDevice().ssh, ...more }).map(({ answer }) => answer);
    expect(answers({ enable: CHALLENGE })).toEqual(['netops', '<enable secret>']);
    expect(answers({ password: CHALLENGE })).toEqual(['netops', '<login password>']);
    expect(answers({})).toEqual(['netops', undefined]);
    expect(JSON.stringify(foreseeOpening({ ssh }))).not.toContain(CHALLENGE.reveal());
  });
});

describe('lines', () => {
  it('stand between the way to their mode and the way back', () => {
    const { command } = CASES[0] ?? { command: saveCommand({ allowOverwriteNvram: true }) };
    expect(foreseeConversation(command).map(({ text }) => text)).toEqual([
      'configure terminal',
      'crypto pki authenticate T',
      'end',
    ]);
    expect(foreseeConversation(saveCommand({ allowOverwriteNvram: true }))).toHaveLength(1);
  });

  it('of a configuration hide secrets, and are none where there is nothing to type', () => {
    expect(foreseeConfiguration([])).toEqual([]);
    const lines = foreseeConfiguration([
      { parts: ['ntp authentication-key 1 md5 ', CHALLENGE] },
      plainLine('crypto pki trustpoint T'),
      plainLine('fqdn none'),
    ]);
    expect(lines.map(({ mode, text }) => `${mode}: ${text}`)).toEqual([
      'exec: configure terminal',
      'configuration: ntp authentication-key 1 md5 <redacted>',
      'configuration: crypto pki trustpoint T',
      'trustpoint: fqdn none',
      'configuration: end',
    ]);
  });

  it('lead from each mode to each other one, step by step', () => {
    for (const from of MODES) {
      for (const to of MODES) {
        const way = wayTo(from, to);
        expect(way[0]).toBe(stepTowards(from, to));
        expect(way).toHaveLength(Math.abs(MODES.indexOf(from) - MODES.indexOf(to)));
      }
    }
  });
});

it('docs/dialogues.md shows the questions in the same words', () => {
  const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/dialogues.md'), 'utf8');
  const foreseen = [
    ...CASES.flatMap(({ command }) => command.questions),
    ...enableQuestions(scriptedDevice().ssh),
  ];
  expect(
    foreseen.filter(({ name, question }) => !page.includes(`| \`${name}\` | \`${question}\` |`)),
  ).toEqual([]);
});

/** What a dialogue is begun with; it goes no further. */
async function opened(act: Case['act']): Promise<{ readonly dialogue: IosDialogue; readonly mode: string }> {
  let found: { dialogue: IosDialogue; mode: string } | undefined;
  const session: Session = {
    hostname: 'gw-1',
    signal: undefined,
    show: () => Promise.reject(new Error('nothing is shown here')),
    ask: () => Promise.reject(new Error('nothing is asked here')),
    configure: () => Promise.reject(new Error('nothing is configured here')),
    converse: (dialogue, mode) => {
      found ??= { dialogue, mode };
      return Promise.reject(new Error('far enough'));
    },
    onSyslog: () => () => undefined,
    expectReload: () => undefined,
    foresee: () => undefined,
    tell: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  await expect(act(session)).rejects.toThrow('far enough');
  if (found === undefined) throw new Error('no conversation was begun');
  return found;
}

function heardWith(all: string, question = ''): Heard {
  const match = /^.*$/s.exec(question);
  if (match === null) throw new Error('every text has an end');
  return { all, sinceLastAnswer: all, match };
}

function typedBy(reaction: Reaction | undefined): { answer: string | undefined; stops: boolean } | undefined {
  if (reaction === undefined) return undefined;
  if ('abort' in reaction) return { answer: reaction.instead, stops: true };
  if ('paste' in reaction) {
    const [last, ...text] = reaction.paste.toReversed();
    return { answer: `${text.length === 3 ? 'PEM' : ''}, ${String(last)}`, stops: false };
  }
  const { type } = reaction;
  return { answer: type instanceof Secret ? '<challenge password>' : type, stops: false };
}
