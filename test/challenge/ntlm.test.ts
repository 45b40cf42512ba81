import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { authenticateMessage, NtlmError, negotiateMessage } from '../../src/challenge/ntlm.ts';
import { lmv2Response, ntlmAccount, ntlmv2Response, ntowfv2 } from '../../src/challenge/ntlm-hash.ts';

// The values of [MS-NLMP] 4.2.1 and 4.2.4.
const ACCOUNT = { domain: 'Domain', user: 'User', password: 'Password' };
const SERVER_CHALLENGE = Buffer.from('0123456789abcdef', 'hex');
const CLIENT_CHALLENGE = Buffer.alloc(8, 0xaa);
const TARGET_INFO = Buffer.from(
  '02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000',
  'hex',
);
const CIRCUMSTANCES = {
  workstation: 'COMPUTER',
  targetName: 'HTTP/ndes.example.net',
  now: new Date('2026-03-01T00:00:00Z'),
};

describe('the hashes of NTLMv2', () => {
  const key = ntowfv2(ACCOUNT);

  it('make NTOWFv2 as [MS-NLMP] 4.2.4.1.1', () => {
    expect(key.toString('hex')).toBe('0c868a403bfd7a93a3001ef22ef02e3f');
  });

  it('make the proof and the session base key as [MS-NLMP] 4.2.4.1 and 4.2.4.2', () => {
    const { response, sessionBaseKey } = ntlmv2Response(key, SERVER_CHALLENGE, {
      clientChallenge: CLIENT_CHALLENGE,
      timestamp: Buffer.alloc(8),
      targetInfo: TARGET_INFO,
    });
    expect(response.subarray(0, 16).toString('hex')).toBe('68cd0ab851e51c96aabc927bebef6a1c');
    expect(sessionBaseKey.toString('hex')).toBe('8de40ccadbc14a82f15cb0ad0de95ca3');
  });

  it('make the LMv2 answer as [MS-NLMP] 4.2.4.2.1', () => {
    expect(lmv2Response(key, SERVER_CHALLENGE, CLIENT_CHALLENGE).toString('hex')).toBe(
      '86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa',
    );
  });

  it('raise the user letter by letter, as Windows does', () => {
    const upper = ntowfv2({ domain: 'D', user: 'STRAßE', password: 'x' });
    expect(ntowfv2({ domain: 'D', user: 'straße', password: 'x' })).toEqual(upper);
    expect(ntowfv2({ domain: 'D', user: 'STRASSE', password: 'x' })).not.toEqual(upper);
  });
});

describe('ntlmAccount', () => {
  it.each([
    ['EXAMPLE\\svc', 'EXAMPLE', 'svc'],
    ['svc@example.net', '', 'svc@example.net'],
    ['svc', '', 'svc'],
    ['NDES01\\local', 'NDES01', 'local'],
  ])('reads %s', (username, domain, user) => {
    expect(ntlmAccount(username, 'p')).toEqual({ domain, user, password: 'p' });
  });
});

describe('authenticateMessage', () => {
  it('gives a server without a clock an LMv2 answer and no MIC', () => {
    const message = authenticate(challengeMessage(TARGET_INFO));
    expect(field(message, 12)).toHaveLength(24);
    expect(field(message, 12).equals(Buffer.alloc(24))).toBe(false);
    expect(message.subarray(72, 88)).toEqual(Buffer.alloc(16));
  });

  it('gives a server with a clock zeros for LMv2, its own time back, and a MIC', () => {
    const time = Buffer.from('8f1c2d3e4f5a6b01', 'hex');
    const message = authenticate(challengeMessage(Buffer.concat([pair(7, time), TARGET_INFO])));
    expect(field(message, 12)).toEqual(Buffer.alloc(24));
    expect(field(message, 20).subarray(24, 32)).toEqual(time);
    expect(message.subarray(72, 88)).not.toEqual(Buffer.alloc(16));
  });

  it('writes domain, user and workstation in UTF-16LE', () => {
    const message = authenticate(challengeMessage(TARGET_INFO));
    expect([28, 36, 44].map((at) => field(message, at).toString('utf16le'))).toEqual([
      'Domain',
      'User',
      'COMPUTER',
    ]);
  });

  it.each([
    ['too short', Buffer.alloc(20)],
    ['of another type', negotiateMessage()],
    ['cut in the target information', challengeMessage(TARGET_INFO).subarray(0, 60)],
    ['without target information', challengeMessage(Buffer.alloc(0))],
    ['with target information that does not end', challengeMessage(TARGET_INFO.subarray(0, 16))],
    ['with a time of three bytes', challengeMessage(Buffer.concat([pair(7, Buffer.alloc(3)), TARGET_INFO]))],
    ['without Unicode', challengeMessage(TARGET_INFO, 0)],
  ])('refuses a challenge %s', (_, challenge) => {
    expect(() => authenticate(challenge)).toThrow(NtlmError);
  });

  it('answers or refuses any bytes a server may send, and fails in no other way', () => {
    const valid = challengeMessage(Buffer.concat([pair(7, Buffer.alloc(8)), TARGET_INFO]));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.nat(valid.length),
        (changes, length) => {
          const challenge = Buffer.from(valid.subarray(0, length));
          for (const [at, byte] of changes) if (at < length) challenge[at] = byte;
          try {
            expect(authenticate(challenge).subarray(0, 8).toString('latin1')).toBe('NTLMSSP\0');
          } catch (error) {
            expect(error).toBeInstanceOf(NtlmError);
          }
        },
      ),
    );
  });
});

function authenticate(challenge: Buffer): Buffer {
  return authenticateMessage(negotiateMessage(), challenge, ACCOUNT, CIRCUMSTANCES);
}

/** CHALLENGE_MESSAGE ([MS-NLMP] 2.2.1.2). */
function challengeMessage(targetInfo: Buffer, flags = 0xe2898215): Buffer {
  const head = Buffer.alloc(56);
  head.write('NTLMSSP\0', 'latin1');
  head.writeUInt32LE(2, 8);
  head.writeUInt32LE(56, 16);
  head.writeUInt32LE(flags, 20);
  SERVER_CHALLENGE.copy(head, 24);
  head.writeUInt16LE(targetInfo.length, 40);
  head.writeUInt16LE(targetInfo.length, 42);
  head.writeUInt32LE(56, 44);
  return Buffer.concat([head, targetInfo]);
}

function pair(id: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(id);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, value]);
}

function field(message: Buffer, at: number): Buffer {
  const offset = message.readUInt32LE(at + 4);
  return message.subarray(offset, offset + message.readUInt16LE(at));
}
