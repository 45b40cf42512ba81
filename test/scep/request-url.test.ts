import { describe, expect, it } from 'vitest';

import { buildGetUrl, chooseAlgorithms, iosPkiClientUrl, parseCaCaps } from '../../src/scep/index.ts';

describe('the URL a router makes', () => {
  it.each([
    [
      'http://ndes.example.net/certsrv/mscep/mscep.dll',
      'http://ndes.example.net/certsrv/mscep/mscep.dll/pkiclient.exe',
    ],
    ['http://192.0.2.1:80', 'http://192.0.2.1:80/cgi-bin/pkiclient.exe'],
    ['http://192.0.2.1:80/', 'http://192.0.2.1:80/cgi-bin/pkiclient.exe'],
    ['http://[2001:db8::1]/scep/', 'http://[2001:db8::1]/scep/pkiclient.exe'],
    ['http://ca/scep/pkiclient.exe', 'http://ca/scep/pkiclient.exe'],
  ])('of %s is %s', (url, expected) => {
    expect(iosPkiClientUrl(url)).toBe(expected);
  });
});

describe('the URL of a GET', () => {
  it('escapes the CA identifier and keeps a query of its own', () => {
    expect(buildGetUrl({ url: 'http://ca/scep#x', operation: 'GetCACert', message: 'my CA&co' })).toBe(
      'http://ca/scep?operation=GetCACert&message=my%20CA%26co',
    );
    expect(buildGetUrl({ url: 'http://ca/scep?tenant=7', operation: 'GetCACaps' })).toBe(
      'http://ca/scep?tenant=7&operation=GetCACaps',
    );
  });
});

describe('the capabilities of a CA', () => {
  const caps = (text: string) => parseCaCaps(new Uint8Array(Buffer.from(text)));

  it('are read without regard to case, line ends and unknown words', () => {
    expect([...caps('postPKIoperation\r\nRENEWAL\r\nRot13\r\nsha-1')]).toEqual([
      'POSTPKIOperation',
      'Renewal',
      'SHA-1',
    ]);
    expect([...caps('')]).toEqual([]);
    expect([...caps('<html>AESthetic</html>')]).toEqual([]);
  });

  it('of SCEPStandard bring what it implies', () => {
    expect([...caps('SCEPStandard')].sort()).toEqual(['AES', 'POSTPKIOperation', 'SCEPStandard', 'SHA-256']);
  });

  it.each([
    ['POSTPKIOperation\nRenewal\nSHA-512\nSHA-256\nSHA-1\nDES3', { digest: 'sha256', cipher: '3des' }],
    ['SCEPStandard', { digest: 'sha256', cipher: 'aes128' }],
    ['SHA-512\nDES3', { digest: 'sha512', cipher: '3des' }],
    ['SHA-384', { digest: 'sha384', cipher: '3des' }],
    ['', { digest: 'sha1', cipher: '3des' }],
  ])('%j choose %j', (text, algorithms) => {
    expect(chooseAlgorithms(caps(text))).toEqual(algorithms);
  });
});
