import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fingerprint } from '../../../src/domain/fingerprint.ts';
import { authenticate } from '../../../src/ios/dialogues/authenticate.ts';
import { findFingerprints, judge } from '../../../src/ios/dialogues/fingerprints.ts';
import { parseScript } from '../../dialogue/script.ts';
import type { Split } from '../../dialogue/scripted-transport.ts';
import { conversationsOnly, deviceError } from '../router.ts';

const MD5: Fingerprint = { hash: 'MD5', hex: '11112222333344445555666677778888' };
const SHA1: Fingerprint = { hash: 'SHA1', hex: 'C7478143D52497B4732A26C5E9F0A995B6E35101' };
const LINES = [
  'Certificate has the following attributes:',
  '       Fingerprint MD5: 11112222 33334444 55556666 77778888 ',
  '      Fingerprint SHA1: C7478143 D52497B4 732A26C5 E9F0A995 B6E35101 ',
  '',
];
const PINNED_DIGITS = new Set([MD5.hex, SHA1.hex]);
const hexDigit = fc.stringMatching(/^[0-9A-F]$/);

/** The printed lines with something wrong, so that no pin is shown whole under its name. */
const corrupted = fc
  .record({
    order: fc.shuffledSubarray(LINES),
    at: fc.nat(200),
    digit: hexDigit,
    how: fc.constantFrom('replace', 'cut', 'insert', 'drop line', 'swap names', 'break line'),
  })
  .map(({ order, at, digit, how }) => {
    if (how === 'drop line') return order.filter((line) => !line.includes('Fingerprint'));
    return order.map((line) => {
      const place = line.indexOf(':') + 2 + (at % Math.max(1, line.trimEnd().length - line.indexOf(':') - 2));
      if (!line.includes('Fingerprint')) return line;
      if (how === 'swap names') return line.replace(/MD5|SHA1/, (name) => (name === 'MD5' ? 'SHA1' : 'MD5'));
      if (how === 'break line') return `${line.slice(0, place)}\r\n${line.slice(place)}`;
      if (how === 'cut') return line.slice(0, place);
      if (how === 'insert') return line.slice(0, place) + digit + line.slice(place);
      const other = line[place] === digit ? (digit === '0' ? '1' : '0') : digit;
      return line[place] === ' '
        ? `${line.slice(0, place)}${other}${line.slice(place)}`
        : line.slice(0, place) + other + line.slice(place + 1);
    });
  })
  // The oracle, with another reading than the product's: digits after the colon of each line that names a fingerprint.
  .filter(
    (lines) =>
      !lines.some((line) => {
        const name = /Fingerprint (MD5|SHA1): ([0-9A-F ]+)$/.exec(line.trimEnd());
        const digits = (name?.[2] ?? '').replaceAll(' ', '');
        return PINNED_DIGITS.has(digits) && digits.length === (name?.[1] === 'MD5' ? 32 : 40);
      }),
  );

function asking(lines: readonly string[], answer: 'yes' | 'no'): ReturnType<typeof parseScript> {
  const said = lines.map((line) => ({ kind: 'hear' as const, text: `${line}\r\n` }));
  return [
    ...parseScript('> crypto pki authenticate T'),
    ...said,
    ...parseScript(
      `<_ % Do you accept this certificate? [yes/no]:\\s\n> ${answer}\n${answer === 'yes' ? '< Trustpoint CA certificate accepted.\n' : ''}<_ R1(config)#`,
    ),
  ];
}

describe('crypto pki authenticate', () => {
  it('says which fingerprint to ask the operator for when the router prints none of the pinned kind', async () => {
    const short = LINES.filter((line) => !line.includes('SHA1'));
    const { session } = conversationsOnly(asking(short, 'no'), 'whole');
    const error = await deviceError(authenticate(session, { trustpoint: 'T', pins: [SHA1], timeoutMs: 500 }));
    expect([error.code, error.hint]).toEqual([
      'fingerprint-unreadable',
      expect.stringMatching(/^ask the CA’s operator for the MD5 fingerprint .* may be somebody else’s$/),
    ]);
  });

  it('is never answered yes without the pinned fingerprint, however the output is shuffled or corrupted', async () => {
    await fc.assert(
      fc.asyncProperty(corrupted, fc.constantFrom<Split>('bytes', 'whole'), async (lines, split) => {
        const { session, transport } = conversationsOnly(asking(lines, 'no'), split);
        const pins = [MD5, SHA1];
        const error = await deviceError(authenticate(session, { trustpoint: 'T', pins, timeoutMs: 500 }));
        expect(error.code).toMatch(/^fingerprint-(?:mismatch|unreadable)$/);
        transport.finish();
        expect(transport.typed).not.toContain('yes');
      }),
      { numRuns: 60 },
    );
  });

  it('is answered yes for the same bytes however they are split', async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 1, max: 40 })), async (sizes) => {
        const { session, transport } = conversationsOnly(asking(LINES, 'yes'), () =>
          Number(sizes.next().value),
        );
        const result = await authenticate(session, { trustpoint: 'T', pins: [SHA1], timeoutMs: 500 });
        expect(result.shown).toEqual([MD5, SHA1]);
        transport.finish();
      }),
      { numRuns: 30 },
    );
  });

  it.each([
    [
      '% Error in receiving Certificate Authority certificate: status = FAIL, cert length = 0',
      'ca-unreachable',
    ],
    ['error retrieving certificate :incomplete chain name', 'ca-unreachable'],
    ['', 'ca-unreachable'],
    ['% Error in saving certificate: status = FAIL', 'command-refused'],
    ["% Certificate Authority (trustpoint) 'T' is unknown", 'command-refused'],
    ['% CA Cert not yet valid or is expired', 'command-refused'],
    [
      'Certificate fingerprint does not match the one in the trustpoint.\nTrustpoint CA certificate is rejected. Abort.',
      'fingerprint-mismatch',
    ],
    ['Trustpoint CA certificate is rejected. Abort.', 'fingerprint-mismatch'],
    [
      'Certificate validated - fingerprints matched.\nTrustpoint CA certificate accepted.',
      'fingerprint-unreadable',
    ],
    [
      `${LINES[1]?.replace('1111', '0000')}\nTrustpoint CA certificate is rejected. Abort.`,
      'fingerprint-mismatch',
    ],
  ])('that ends in %j without a question fails as %s', async (reply, code) => {
    const steps = parseScript(
      `> crypto pki authenticate T\n${reply
        .split('\n')
        .map((line) => `< ${line}`)
        .join('\n')}\n<_ R1(config)#`,
    );
    const { session } = conversationsOnly(steps, 'whole');
    const error = await deviceError(
      authenticate(session, { trustpoint: 'T', pins: [MD5, SHA1], timeoutMs: 500 }),
    );
    expect(error.code).toBe(code);
  });

  it('accepts, without a question, what an already trusted CA has signed when its fingerprint is the pinned one', async () => {
    const steps = parseScript(
      `> crypto pki authenticate T\n< ${LINES[2]}\n< Certificate validated - Signed by existing trustpoint CA certificate.\n< Trustpoint CA certificate accepted.\n<_ R1(config)#`,
    );
    const { session } = conversationsOnly(steps, 'bytes');
    expect(await authenticate(session, { trustpoint: 'T', pins: [SHA1], timeoutMs: 500 })).toEqual({
      accepted: true,
      shown: [SHA1],
    });
  });
});

describe('the judgement over fingerprints', () => {
  it('is equal only when a pinned hash is shown, every pair of one hash agrees and nothing shown contradicts itself', () => {
    const hash = fc.constantFrom('MD5', 'SHA1', 'SHA256') as fc.Arbitrary<Fingerprint['hash']>;
    const fingerprint = fc.record({ hash, hex: fc.constantFrom('AA', 'BB') });
    fc.assert(
      fc.property(fc.array(fingerprint), fc.array(fingerprint), (shown, pins) => {
        const judgement = judge(shown, pins, []);
        const ofOneHash = pins.flatMap((pin) =>
          shown.filter((each) => each.hash === pin.hash).map((each) => each.hex === pin.hex),
        );
        const isOneCertificate = shown.every((one) =>
          shown.every(({ hash, hex }) => hash !== one.hash || hex === one.hex),
        );
        const agrees = ofOneHash.length > 0 && isOneCertificate ? 'equal' : 'none';
        const expected = ofOneHash.every(Boolean) ? agrees : 'different';
        expect(judgement).toBe(expected);
        expect(judge(shown, pins, ['Fingerprint MD5: ?'])).not.toBe('equal');
      }),
    );
  });

  it('reads the fingerprints of every release and keeps their owners apart', () => {
    const text = [
      'Fingerprint: 11112222 33334444 55556666 77778888 ',
      '      Fingerprint SHA1: C7478143 D52497B4 732A26C5 E9F0A995 B6E35101 ',
      'Trustpoint Fingerprint: 11112222 33334444 55556666 77778888',
      'CSR Fingerprint MD5 : 11112222333344445555666677778888',
      `  Fingerprint SHA512: ${'AB'.repeat(64)}`,
      '  Fingerprint MD5: 1111',
    ].join('\n');
    expect(findFingerprints(text)).toEqual({
      shown: [MD5, SHA1],
      configured: [MD5],
      requested: [MD5],
      unreadable: ['Fingerprint MD5: 1111'],
    });
  });
});
