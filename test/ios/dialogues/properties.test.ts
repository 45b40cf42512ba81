import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchAtEnd } from '../../../src/dialogue/match-at-end.ts';
import { plainLine } from '../../../src/domain/config-line.ts';
import { type Fingerprint, formatFingerprint } from '../../../src/domain/fingerprint.ts';
import { AUTHENTICATE_QUESTIONS, authenticate } from '../../../src/ios/dialogues/authenticate.ts';
import { enroll } from '../../../src/ios/dialogues/enroll.ts';
import { ENROLL_QUESTIONS } from '../../../src/ios/dialogues/enroll-exchanges.ts';
import { GENERATE_KEYPAIR_QUESTIONS, generateKeypair } from '../../../src/ios/dialogues/generate-keypair.ts';
import { SAVE_QUESTIONS, save } from '../../../src/ios/dialogues/save.ts';
import { iosHabits } from '../../../src/ios/habits.ts';
import type { Session } from '../../../src/ios/session.ts';
import { parseScript, type Step } from '../../dialogue/script.ts';
import type { Split } from '../../dialogue/scripted-transport.ts';
import { conversationsOnly, deviceError, secret } from '../router.ts';

const PIN: Fingerprint = { hash: 'SHA1', hex: 'C7478143D52497B4732A26C5E9F0A995B6E35101' };
const KEYPAIR = 'crypto key generate rsa general-keys label T modulus 2048';

interface Case {
  readonly name: string;
  readonly opening: string;
  readonly questions: Readonly<Record<string, RegExp>>;
  readonly act: (session: Session) => Promise<unknown>;
}

const CASES: readonly Case[] = [
  {
    name: 'authenticate',
    opening: 'crypto pki authenticate T',
    questions: AUTHENTICATE_QUESTIONS,
    act: (session) => authenticate(session, { trustpoint: 'T', pins: [PIN], timeoutMs: 500 }),
  },
  {
    name: 'enroll',
    opening: 'crypto pki enroll T',
    questions: ENROLL_QUESTIONS,
    act: (session) =>
      enroll(session, {
        trustpoint: 'T',
        acquirePassword: () => Promise.resolve(secret('7C1F0A55E2D94B38')),
        serialNumber: true,
        ipAddress: '192.0.2.1',
        reenroll: true,
        timeoutMs: 500,
      }),
  },
  {
    name: 'generate-keypair',
    opening: KEYPAIR,
    questions: GENERATE_KEYPAIR_QUESTIONS,
    act: (session) => generateKeypair(session, { command: plainLine(KEYPAIR), label: 'T', timeoutMs: 500 }),
  },
  {
    name: 'save',
    opening: 'write memory',
    questions: SAVE_QUESTIONS,
    act: (session) => save(session, { allowOverwriteNvram: true, timeoutMs: 500 }),
  },
];

const VOCABULARY =
  '% Do you want accept replace certificate password the enroll request CA overwrite serial number IP address include subject name delete keys';
const word = fc.constantFrom(...VOCABULARY.split(' '));
const words = fc.array(word, { minLength: 1, maxLength: 8 }).map((chosen) => chosen.join(' '));
const ending = fc.constantFrom(
  '? [yes/no]: ',
  '? [no]: ',
  ' [yes]: ',
  '[confirm]',
  ' [512]: ',
  ' [x.ca]? ',
  '? ',
  ': [y/n]',
);
const lines = fc.array(
  words.map((text) => `${text}.`),
  { maxLength: 4 },
);

function saying(texts: readonly string[]): Step[] {
  return texts.map((text) => ({ kind: 'hear', text: `${text}\r\n` }));
}

describe.each(CASES)('$name', ({ opening, questions, act, name }) => {
  const typing = parseScript(`> ${opening}`);
  const isKnown = (question: string): boolean =>
    Object.values(questions).some((prompt) => matchAtEnd(prompt, question) !== undefined);

  it('types not a byte to a question that it does not know', async () => {
    const question = fc
      .tuple(words, ending)
      .map((parts) => parts.join(''))
      .filter((text) => !isKnown(text) && matchAtEnd(iosHabits().looksLikeQuestion, text) !== undefined);
    await fc.assert(
      fc.asyncProperty(
        lines,
        question,
        fc.constantFrom<Split>('bytes', 'whole'),
        async (before, asked, split) => {
          const steps: Step[] = [
            ...typing,
            ...saying(before),
            { kind: 'hear', text: asked },
            ...parseScript('>^ \\x03\n<_ R1(config)#'),
          ];
          const { session, transport } = conversationsOnly(steps, split);
          expect((await deviceError(act(session))).code).toBe('unexpected-question');
          transport.finish();
          expect(transport.typed).toBe(`${opening}\r\x03`);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('never says yes to a CA unless the router has shown the pinned fingerprint', async () => {
    const other = fc.stringMatching(/^[0-9A-F]{40}$/).filter((hex) => hex !== PIN.hex);
    const line = fc.oneof(
      words,
      other.map((hex) => `      Fingerprint SHA1: ${formatFingerprint({ hash: 'SHA1', hex }).slice(5)} `),
      fc.constant('      Fingerprint SHA1: C7478143 D52497B4 732A26C5 E9F0A995 B6E3510 '),
      // Its own command alone looks at fingerprints; elsewhere even the right one changes nothing.
      ...(name === 'authenticate' ? [] : [fc.constant(`      Fingerprint ${formatFingerprint(PIN)} `)]),
    );
    const accept = fc.constantFrom(
      '% Do you accept this certificate? [yes/no]: ',
      'Do you accept this certificate? [yes/no]:',
    );
    const known = name === 'authenticate' || name === 'enroll';
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 5 }), accept, async (before, asked) => {
        const steps: Step[] = [
          ...typing,
          ...saying(before),
          { kind: 'hear', text: asked },
          ...parseScript(`${known ? '> no' : '>^ \\x03'}\n<_ R1(config)#`),
        ];
        const { session, transport } = conversationsOnly(steps, 'whole');
        expect((await deviceError(act(session))).code).toMatch(/^(?:unexpected-question|fingerprint-.*)$/);
        transport.finish();
        expect(transport.typed).not.toMatch(/\ry/i);
      }),
      { numRuns: 40 },
    );
  });
});
