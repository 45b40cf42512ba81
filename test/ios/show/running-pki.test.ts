import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readRunningPki } from '../../../src/ios/show/running-pki.ts';
import { fixture } from './fixture.ts';

describe('the PKI sections of the configuration', () => {
  it('give trustpoints line by line and certificates as DER', () => {
    const { trustpoints, chains, others } = readRunningPki(fixture('17.9', 'show-running-pki'));
    expect(trustpoints.map(({ name, lines }) => [name, lines.length])).toEqual([
      ['SLA-TrustPoint', 2],
      ['BRUME', 10],
    ]);
    expect(chains[1]?.certificates.map(({ kind, serial }) => [kind, serial])).toEqual([
      ['identity', '58000000A19C77'],
      ['ca', '3F77C0DE51A2'],
    ]);
    expect(others).toEqual([
      { head: 'crypto pki certificate map PEERS 10', lines: ['issuer-name co brume-issuing'] },
    ]);
    for (const { der, serial } of chains.flatMap(({ certificates }) => certificates)) {
      expect(new X509Certificate(Buffer.from(der ?? '')).serialNumber).toBe(serial);
    }
  });

  it('are read with crypto ca heads too', () => {
    const { trustpoints, chains } = readRunningPki(fixture('12.4', 'show-running-pki'));
    expect(trustpoints[0]?.name).toBe('NORDLYS');
    expect(chains[0]?.certificates).toHaveLength(2);
    const oldest = readRunningPki('crypto ca identity OLD\n enrollment url http://h\n query url ldap://h\n');
    expect(oldest.trustpoints).toEqual([
      { name: 'OLD', lines: ['enrollment url http://h', 'query url ldap://h'] },
    ]);
  });

  it('of the startup configuration name files in place of certificates', () => {
    expect(readRunningPki(fixture('15.7', 'show-startup-pki')).chains[0]?.certificates).toEqual([
      {
        kind: 'identity',
        head: 'certificate 0B nvram:LAC-CA#B.cer',
        serial: '0B',
        storage: 'nvram:LAC-CA#B.cer',
      },
      {
        kind: 'ca',
        head: 'certificate ca 01 nvram:LAC-CA#1CA.cer',
        serial: '01',
        storage: 'nvram:LAC-CA#1CA.cer',
      },
    ]);
  });

  it.each([
    ['rollover 05', 'rollover'],
    ['rollover ca 06', 'rollover-ca'],
    ['ra-sign 07', 'ra-sign'],
    ['ra-encrypt 08', 'ra-encrypt'],
    ['self-signed 01', 'self-signed'],
    ['subordinate 01', 'other'],
  ])('know certificate %s as %s', (head, kind) => {
    const text = `crypto pki certificate chain T\n certificate ${head}\n  3000\n  \tquit\n`;
    expect(readRunningPki(text).chains[0]?.certificates[0]).toMatchObject({
      kind,
      der: Uint8Array.of(0x30, 0),
    });
  });

  it('are read past what stands above them and past lines that only mention PKI', () => {
    const text = `Building configuration...
Current configuration : 5120 bytes
crypto pki trustpoint T
 enrollment selfsigned
alias exec cpe crypto pki enroll T
 action 1.0 cli command "crypto pki enroll T"
`;
    expect(readRunningPki(text)).toEqual({
      trustpoints: [{ name: 'T', lines: ['enrollment selfsigned'] }],
      chains: [],
      others: [],
      notUnderstood: ['alias exec cpe crypto pki enroll T', ' action 1.0 cli command "crypto pki enroll T"'],
    });
    expect(readRunningPki('startup-config is not present\n').trustpoints).toEqual([]);
  });

  it('are found in a configuration that came whole, past the filter', () => {
    const text = `Using 1120 out of 262136 bytes
version 15.7
hostname annecy-gw
crypto isakmp policy 10
 encryption aes 256
crypto pki trustpoint T
 enrollment selfsigned
crypto pki certificate chain T
 certificate self-signed 01 nvram:annecy#1.cer
interface Loopback0
 ip address 192.0.2.1 255.255.255.255
end
`;
    const { trustpoints, chains, others, notUnderstood } = readRunningPki(text);
    expect(trustpoints).toEqual([{ name: 'T', lines: ['enrollment selfsigned'] }]);
    expect(chains[0]?.certificates).toMatchObject([{ kind: 'self-signed', serial: '01' }]);
    expect([others, notUnderstood]).toEqual([[], []]);
    expect(() => readRunningPki(text.replace('hostname annecy-gw\n', ''))).toThrow(/outside every section/);
  });

  it('of which only some are needed may hold a damaged chain of somebody else', () => {
    const lines = fixture('15.7', 'show-running-pki').split('\n');
    lines.splice(14, 1);
    const { chains, notUnderstood } = readRunningPki(lines.join('\n'), ['ELSEWHERE']);
    expect(chains[0]).toEqual({ trustpoint: 'LAC', certificates: [] });
    expect(notUnderstood).toEqual([expect.stringMatching(/^certificate chain of LAC: .*certificate 0B$/)]);
    expect(() => readRunningPki(lines.join('\n'), ['LAC'])).toThrow(/certificate 0B/);
  });

  it('throw output-unreadable when a certificate is cut short', () => {
    const lines = fixture('15.7', 'show-running-pki').split('\n');
    lines.splice(14, 1);
    expect(() => readRunningPki(lines.join('\n'))).toThrow(/certificate 0B/);
  });
});
