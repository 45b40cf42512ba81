import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DeviceError } from '../../../src/domain/errors.ts';
import type { Fingerprint } from '../../../src/domain/fingerprint.ts';
import { inItsOwnWords } from '../../../src/ios/dialect/dialect.ts';
import type { Session } from '../../../src/ios/session.ts';
import { parseScript, type Step } from '../../dialogue/script.ts';
import { disturbances, disturbed, narrowed } from '../disturbed.ts';
import { hold } from '../held-session.ts';
import { opening } from '../router.ts';
import { authenticating, enrolling } from './goldens.ts';
import { pins, type Shown, shown, WORDINGS, type Wording } from './release-wordings.ts';

const RUNS = Number(process.env.NEVER_YES_RUNS ?? 8);

const REFUSED = "<                     ^\n< % Invalid input detected at '^' marker.\n<";

/** Up to the command, on a router that knows `crypto ca` only or both words. */
function beginning(word: Wording['word'], verb: string): Step[] {
  const old = `${REFUSED}\n<_ R1#\n> show crypto ca certificates\n<_ R1#\n> show crypto ca trustpoints`;
  return opening(
    'R1',
    `> show crypto pki certificates
${word === 'ca' ? `${old}\n` : ''}<_ R1#
> configure terminal
< Enter configuration commands, one per line.  End with CNTL/Z.
<_ R1(config)#
> crypto ${word} ${verb} BRANCH`,
  );
}

const END = parseScript('<_ R1(config)#\n> end\n<_ R1#\n> exit\n!');

const question = fc.constantFrom(
  '% Do you accept this certificate? [yes/no]: ',
  '% Do you accept this certificate? [yes/no]:',
  'Do you accept this certificate? [yes/no]: ',
  '% Do you accept this certificate ? [yes/no] : ',
);

/** `again`: every answer is asked for twice. */
function asked(text: string, answer: 'yes' | 'no', again: boolean): Step[] {
  const once: Step[] = [
    { kind: 'hear', text },
    { kind: 'type', text: `${answer}\r`, echo: `${answer}\r\n` },
  ];
  if (!again || answer === 'no') return once;
  return [...once, { kind: 'hear', text: "% Please answer 'yes' or 'no'.\r\n" }, ...once];
}

/** What became of it: any refusal but that of a fingerprint or an unplanned question is an error of the test. */
const outcomeOf = (act: (session: Session) => Promise<unknown>) => async (given: Session) => {
  const session = inItsOwnWords(given);
  await session.show('show crypto pki certificates');
  return act(session).then(
    () => 'accepted',
    (error: unknown) => {
      if (error instanceof DeviceError && REFUSALS.test(error.code)) return 'refused';
      throw error;
    },
  );
};
const REFUSALS = /^(?:fingerprint-mismatch|fingerprint-unreadable|unexpected-question)$/;

const around = fc.record({
  question,
  again: fc.boolean(),
  isNarrow: fc.boolean(),
  logs: disturbances(70),
  sizes: fc.infiniteStream(fc.integer({ min: 1, max: 60 })),
});
type Around = typeof around extends fc.Arbitrary<infer T> ? T : never;

interface Meeting {
  readonly pinned: readonly Fingerprint[];
  readonly certificate: Shown;
}

const meetings = (wording: Wording): fc.Arbitrary<Meeting> =>
  pins.chain((pinned) => fc.record({ pinned: fc.constant(pinned), certificate: shown(wording, pinned) }));

const ACCEPTED = 'Trustpoint CA certificate accepted.\r\n';
const REJECTED = '% CA certificate was not accepted.\r\n';

describe.each(Object.entries(WORDINGS))('in the words of %s', (_, wording) => {
  /** Holds the session, which must go as scripted, and gives its outcome. */
  async function outcomes(
    verb: string,
    act: (pinned: readonly Fingerprint[]) => (session: Session) => Promise<unknown>,
    goesOn: (meeting: Meeting, how: Around) => readonly Step[],
    check: (outcome: unknown, meeting: Meeting) => void,
  ): Promise<void> {
    await fc.assert(
      fc.asyncProperty(meetings(wording), around, async (meeting, how) => {
        const script = [...beginning(wording.word, verb), ...goesOn(meeting, how), ...END];
        const steps = disturbed(how.isNarrow ? narrowed(script) : script, how.logs);
        const split = (): number => Number(how.sizes.next().value);
        check((await hold(steps, outcomeOf(act(meeting.pinned)), split)).result, meeting);
      }),
      { numRuns: RUNS },
    );
  }

  it('authenticate says yes to the pinned certificate and no to everything else', async () => {
    await outcomes(
      'authenticate',
      authenticating,
      ({ certificate: { steps, isPinned } }, how) => [
        ...steps,
        ...asked(how.question, isPinned ? 'yes' : 'no', how.again),
        { kind: 'hear', text: isPinned ? ACCEPTED : REJECTED },
      ],
      (outcome, { certificate }) => expect(outcome).toBe(certificate.isPinned ? 'accepted' : 'refused'),
    );
  });

  it('authenticate fails where the router accepted by itself what is not the pinned certificate', async () => {
    const matched = 'Certificate validated - fingerprints matched.\r\n';
    await outcomes(
      'authenticate',
      authenticating,
      ({ certificate: { steps } }) => [...steps, { kind: 'hear', text: `${matched}${ACCEPTED}` }],
      (outcome, { certificate }) => {
        if (certificate.isWrong) expect(outcome).toBe('refused');
        else if (certificate.isPinned) expect(outcome).toBe('accepted');
      },
    );
  });

  it('enroll says no to every certificate, the pinned one too', async () => {
    await outcomes(
      'enroll',
      () => enrolling(),
      ({ certificate: { steps } }, how) => [
        {
          kind: 'hear',
          text: '% You must authenticate the Certificate Authority before you can enroll with it.\r\n',
        },
        { kind: 'hear', text: '% Attempting authentication first.\r\n' },
        ...steps,
        ...asked(how.question, 'no', false),
        { kind: 'hear', text: REJECTED },
      ],
      (outcome) => expect(outcome).toBe('refused'),
    );
  });
});
