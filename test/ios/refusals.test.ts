import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainLine } from '../../src/domain/config-line.ts';
import { ERRORS } from '../../src/domain/errors.ts';
import { CHECKS } from '../../src/domain/finding.ts';
import { explainRefusal, findOutcome, findRefusal, knownCode } from '../../src/ios/refusals.ts';
import type { RouterLine } from '../../src/ios/router-lines/router-line.ts';
import { ROUTER_LINES } from '../../src/ios/router-lines/table.ts';
import { deviceError, opening, openScripted } from './router.ts';

describe('a refusal', () => {
  it.each([
    ["% Invalid input detected at '^' marker.", 'syntax'],
    ['% Incomplete command.', 'syntax'],
    ['% Ambiguous command:  "sh c"', 'syntax'],
    ['% Unknown command or computer name, or unable to find computer address', 'syntax'],
    ['% Bad IP address or host name', 'syntax'],
    ['Translating "shwo"...domain server (255.255.255.255)', 'syntax'],
    ['Command authorization failed.', 'authorization'],
    ['% Authorization failed.', 'authorization'],
    ['Configuration mode is locked by process 3', 'locked'],
    ['% Config mode cannot be entered during Standby initialization', 'locked'],
    ['% IP  routing table MGMT does not exist', 'missing'],
    ['% VRF MGMT not configured', 'missing'],
    ['% Authorization list  does not exist', 'missing'],
    ["% Certificate Authority (trustpoint) 'Other' is unknown", 'missing'],
    ["Can't find policy", 'missing'],
    ['cn==x is not a valid subject name', 'complaint'],
    ['Explicit device name must be specified', 'complaint'],
    ["CRYPTO_PKI: There should be atleast one '.' in the domain name", 'complaint'],
    ['%Error opening tftp://192.0.2.9/x (Timed out)', 'complaint'],
    ['% Some words nobody has seen before', 'complaint'],
    ['?Host name or address not specified', 'complaint'],
  ])('is found: %s', (line, kind) => {
    expect(findRefusal(`something else\r\n ${line}\r\n\r\n`)).toMatchObject({ line, kind });
  });

  it.each([
    '%',
    '% Generating 2048 bit RSA keys, keys will be non-exportable...',
    '% The key modulus size is 2048 bits',
    '% You already have RSA keys defined named X.',
    '% Please delete your existing CA certificate first.',
    "% Please answer 'yes' or 'no'.",
    '% Start certificate enrollment .. ',
    "% The 'show crypto pki certificate verbose T' commandwill show the fingerprint.",
    '% The fully-qualified domain name will not be included in the certificate',
    '% Certificate request sent to Certificate Authority',
    '% Key pair was generated at: 00:54:49 UTC Sep 21 2025',
    '%NTP is not enabled.',
    '%NTP trusted-key is invalid : key already configured',
    'Building configuration...',
    '[OK]',
    'Enter configuration commands, one per line.  End with CNTL/Z.',
    '',
  ])('is not found in %j', (line) => {
    expect(findRefusal(line)).toBeUndefined();
  });
});

const rows = Object.entries<RouterLine>(ROUTER_LINES);
const examples = rows.flatMap(([code, { kind, examples: lines }]) =>
  lines.map((line) => [code, kind, line] as const),
);

describe('the table of what routers say', () => {
  it.each(examples)('knows %s (%s) by: %s', (code, kind, line) => {
    expect(knownCode(`  ${line} `)).toBe(code);
    const refusal = findRefusal(`first\n${line}\nlast`);
    if (kind === 'outcome') {
      expect(refusal).toBeUndefined();
      expect(findOutcome(`first\n${line}\nlast`)).toEqual({ line, code });
    } else if (kind === 'log') expect(refusal).toBeUndefined();
    else expect(refusal).toEqual({ line, kind, code });
  });

  it('has the percent sign or not, as the releases do, and whatever case', () => {
    for (const [code, kind, line] of examples) {
      if (kind !== 'log') expect(knownCode(line.toUpperCase())).toBe(code);
    }
  });

  it('gives every code a sentence of cause and one of remedy', () => {
    for (const [code, { cause, remedy }] of rows) {
      expect(code).toMatch(/^(?:[a-z][a-z0-9]*(?:-[a-z0-9]+)*|[A-Z][A-Z0-9_]*)$/);
      for (const words of [cause, remedy]) expect(words).toMatch(/^[A-Z\p{Ll}].*[.]$/u);
    }
  });

  it('shares no code with errors and checks', () => {
    expect(rows.map(([code]) => code).filter((code) => code in ERRORS || code in CHECKS)).toEqual([]);
  });

  it('lets no line with a percent sign pass that is not known', () => {
    const text = fc.string({ minLength: 1, maxLength: 40 }).filter((words) => /^[^\r\n\s%]/.test(words));
    fc.assert(
      fc.property(text, (words) => {
        const line = `% Zz${words.replaceAll(/[\r\n]/g, '')}`;
        expect(findRefusal(`ok\n${line}\n`)).toMatchObject({ line: line.trim() });
      }),
    );
  });

  it('is quick on long lines', () => {
    const started = performance.now();
    for (const piece of [
      '%',
      ' ',
      '% VRF ',
      'trustpoint ',
      'no space nvram ',
      'configuration ',
      "% RSA keypair '",
    ])
      knownCode(piece.repeat(20_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('a refused command', () => {
  it('carries the reply, the cause and the remedy', async () => {
    const script = opening(
      'R1',
      `> configure terminal
<_ R1(config)#
> ntp server vrf MGMT 192.0.2.9
< % IP  routing table MGMT does not exist
<_ R1(config)#
> end
<_ R1#`,
    );
    const { session } = await openScripted(script);
    const error = await deviceError(session.configure([plainLine('ntp server vrf MGMT 192.0.2.9')]));
    expect(error).toMatchObject({
      code: 'command-refused',
      message: '“ntp server vrf MGMT 192.0.2.9”: % IP  routing table MGMT does not exist',
      hint: ROUTER_LINES['vrf-missing'].remedy,
    });
    expect(error.detail).toContain('% IP  routing table MGMT does not exist');
    expect(error.detail).toContain(`vrf-missing: ${ROUTER_LINES['vrf-missing'].cause}`);
  });

  it('is an outcome too where nobody is there to judge it', async () => {
    const line = '% Please delete your existing CA certificate first.';
    const script = opening(
      'R1',
      `> configure terminal\n<_ R1(config)#\n> enrollment url http://x\n< ${line}\n<_ R1(config)#\n> end\n<_ R1#`,
    );
    const { session } = await openScripted(script);
    const error = await deviceError(session.configure([plainLine('enrollment url http://x')]));
    expect([error.code, error.message]).toEqual(['command-refused', `“enrollment url http://x”: ${line}`]);
  });

  it('that nobody knows shows its line', () => {
    expect(explainRefusal({ code: 'unknown-refusal' }, '% Out of cheese\n')).toMatchObject({
      detail: expect.stringMatching(/^% Out of cheese\nunknown-refusal: /) as string,
    });
  });
});
