import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { bindingsOfEndPoint, channelBindings } from '../../src/challenge/channel-binding.ts';
import { selfSigned } from './certificates.ts';

describe('channel bindings', () => {
  it('agree with a published value', () => {
    const hash = Buffer.from('E3CA49271E5089CC48CE82109F1324F41DBEDDC29A777410C738F7868C4FF405', 'hex');
    expect(bindingsOfEndPoint(hash).toString('hex')).toBe('6ea19df066da4622051f9c4f92c6df74');
  });

  it.each([
    ['md5', 'sha256'],
    ['sha1', 'sha256'],
    ['sha256', 'sha256'],
    ['sha384', 'sha384'],
    ['sha512', 'sha512'],
  ] as const)('of a certificate signed with %s use %s (RFC 5929 section 4.1)', (signed, hash) => {
    const { der } = selfSigned(signed);
    expect(channelBindings(der)).toEqual(bindingsOfEndPoint(createHash(hash).update(der).digest()));
  });

  it('of RSASSA-PSS take the hash from the parameters, and SHA-256 where SHA-1 is meant by their absence', () => {
    // SEQUENCE { tbs, SEQUENCE { id-RSASSA-PSS, SEQUENCE { [0] { SEQUENCE { sha512 } } } }, BIT STRING }
    const sha512 = Buffer.from(
      '302630003020' +
        '06092a864886f70d01010a' +
        '3013' +
        'a00f' +
        '300d' +
        '0609608648016503040203' +
        '0500' +
        '030100',
      'hex',
    );
    sha512.writeUInt8(sha512.length - 2, 1);
    const none = Buffer.from('3014' + '3000' + '300d' + '06092a864886f70d01010a' + '3000' + '030100', 'hex');
    expect(channelBindings(sha512)).toEqual(bindingsOfEndPoint(createHash('sha512').update(sha512).digest()));
    expect(channelBindings(none)).toEqual(bindingsOfEndPoint(createHash('sha256').update(none).digest()));
  });

  it('do not exist for a signature without a single hash, nor for what is no certificate', () => {
    const ed25519 = Buffer.from('300c' + '3000' + '3005' + '06032b6570' + '030100', 'hex');
    expect(channelBindings(ed25519)).toBeUndefined();
    expect(channelBindings(Buffer.from('no certificate'))).toBeUndefined();
  });
});
