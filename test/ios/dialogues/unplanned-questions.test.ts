import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchAtEnd } from '../../../src/dialogue/match-at-end.ts';
import { formatFingerprint } from '../../../src/domain/fingerprint.ts';
import { AUTHENTICATE_QUESTIONS } from '../../../src/ios/dialogues/authenticate.ts';
import { ENROLL_QUESTIONS } from '../../../src/ios/dialogues/enroll-exchanges.ts';
import { GENERATE_KEYPAIR_QUESTIONS } from '../../../src/ios/dialogues/generate-keypair.ts';
import { RELOAD_QUESTIONS } from '../../../src/ios/dialogues/reload-guard.ts';
import { REMOVE_TRUSTPOINT_QUESTIONS } from '../../../src/ios/dialogues/remove-trustpoint.ts';
import { SAVE_QUESTIONS } from '../../../src/ios/dialogues/save.ts';
import { ZEROIZE_QUESTIONS } from '../../../src/ios/dialogues/zeroize-keypair.ts';
import { loadScript, type Step } from '../../dialogue/script.ts';
import { disturbances, disturbed } from '../disturbed.ts';
import { holdInVain } from '../held-session.ts';
import { FAILURES, SUCCESSES } from './goldens.ts';

const KNOWN = [
  AUTHENTICATE_QUESTIONS,
  ENROLL_QUESTIONS,
  GENERATE_KEYPAIR_QUESTIONS,
  RELOAD_QUESTIONS,
  REMOVE_TRUSTPOINT_QUESTIONS,
  ZEROIZE_QUESTIONS,
  SAVE_QUESTIONS,
].flatMap((questions): RegExp[] => Object.values(questions));

const CTRL_C = '\x03';

const VOCABULARY =
  '% Do you want accept replace certificate the enroll request CA overwrite serial number IP address include subject name delete keys reload';
const words = fc
  .array(fc.constantFrom(...VOCABULARY.split(' ')), { minLength: 1, maxLength: 8 })
  .map((chosen) => chosen.join(' '));
const ending = fc.constantFrom(
  '? [yes/no]: ',
  '? [no]: ',
  ' [yes]: ',
  ' [confirm]',
  ' [512]: ',
  ' [x.ca]? ',
  '? ',
  ': [y/n]',
);
const unknownQuestion = fc
  .tuple(words, ending)
  .map((parts) => parts.join(''))
  .filter((question) => KNOWN.every((known) => matchAtEnd(known, question) === undefined));

/** A CA's certificate that no script has a pin of, and the question that releases ask about it. */
const strangersCertificate = fc
  .tuple(
    fc.stringMatching(/^[0-9A-F]{32}$/),
    fc.stringMatching(/^[0-9A-F]{40}$/),
    fc.constantFrom(
      '% Do you accept this certificate? [yes/no]: ',
      'Do you accept this certificate? [yes/no]:',
    ),
    fc.boolean(),
  )
  .map(([md5, sha1, question, isOld]) => {
    const grouped = (hash: 'MD5' | 'SHA1', hex: string): string =>
      formatFingerprint({ hash, hex }).slice(hash.length);
    const named = `       Fingerprint MD5:${grouped('MD5', md5)} \r\n      Fingerprint SHA1:${grouped('SHA1', sha1)} \r\n\r\n`;
    const shown = isOld ? `Fingerprint:${grouped('MD5', md5)} \r\n` : named;
    return `Certificate has the following attributes:\r\n${shown}${question}`;
  });

/** A script up to the moment at which the router says something else than it would have said. */
function brokenOff(steps: readonly Step[], at: number, says: string): readonly Step[] {
  const moments = steps.flatMap((step, index) => {
    const previous = steps[index - 1];
    const waits = previous?.kind === 'hear' && !previous.text.endsWith('\n');
    // What comes at any time finds the router waiting, and perhaps typed at already.
    return step.kind === 'hear' && step.anytime !== true && !waits ? [index] : [];
  });
  return [...steps.slice(0, moments[at % moments.length]), { kind: 'hear', text: says }];
}

function typedIn(steps: readonly Step[]): string {
  return steps.flatMap((step) => (step.kind === 'type' ? step.text : [])).join('');
}

/** What fails by itself may fail otherwise, and sooner, where log lines come between. */
const GOLDENS = [
  ...SUCCESSES.map((golden) => ({ ...golden, isDisturbed: true })),
  ...FAILURES.map((golden) => ({ ...golden, isDisturbed: false })),
];
const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 60 }));

describe.each(GOLDENS.map((golden) => [golden.name, golden] as const))(
  'at any moment of %s',
  (name, { act, isDisturbed }) => {
    const script = loadScript(name);

    /** Everything typed once the router has said something unplanned. */
    async function typedAt(says: fc.Arbitrary<string>, check: (typed: string) => void): Promise<void> {
      await fc.assert(
        fc.asyncProperty(
          fc.nat(),
          says,
          isDisturbed ? disturbances(script.length + 1) : fc.constant([]),
          sizes,
          async (at, said, around, size) => {
            const steps = brokenOff(script, at, said);
            const split = (): number => Number(size.next().value);
            const { typed } = await holdInVain(disturbed(steps, around), act, split);
            const before = typedIn(steps);
            expect(typed.slice(0, before.length)).toBe(before);
            check(typed.slice(before.length));
          },
        ),
        { numRuns: Number(process.env.UNPLANNED_RUNS ?? 4) },
      );
    }

    it('not a byte answers a question that nobody knows: Ctrl-C at most', async () => {
      await typedAt(unknownQuestion, (typed) => expect(['', CTRL_C]).toContain(typed));
    });

    it('nothing says yes to the certificate of another CA', async () => {
      await typedAt(strangersCertificate, (typed) => expect(['', CTRL_C, 'no\r']).toContain(typed));
    });
  },
);
