import { describe, expect, it } from 'vitest';
import { gluedPromptOf } from '../../src/ios/modes.ts';
import {
  iosLogLines,
  isPkiFailed,
  isPkiGranted,
  isPkiRejected,
  isShutdownAborted,
  isShutdownAnnounced,
} from '../../src/ios/syslog.ts';

const logLines = iosLogLines({ glued: gluedPromptOf(['gw-1']) });
const find = (line: string, complete = true) => {
  const place = logLines.find(line, complete);
  return (
    place && {
      ...place,
      taken: line.slice(place.start, place.end),
      left: line.slice(0, place.start) + line.slice(place.end),
    }
  );
};

describe('a log message', () => {
  it.each([
    '*Sep 13 09:18:37: %SYS-4-CONFIG: text',
    '*Mar 14 17:35:25.144: %SSH-5-ENABLED: SSH 1.99 has been enabled',
    '.Mar 24 16:07:26.494: %SYS-6-TTY_EXPIRE_TIMER: (exec timer expired, tty 1 (192.0.2.2)), user admin',
    '*Sep 13 18:18:40.962 JST: %SYS-4-X: text',
    '065478: Dec  4 11:01:38.694 EST: %MAB-5-SUCCESS: text',
    '00:02:51: %SSH-5-ENABLED: SSH 1.5 has been enabled',
    '7w0d: %LINK-3-UPDOWN: text',
    '1y12w: %LINK-3-UPDOWN: text',
    'Nov 11 2021 11:36:31.583: CRYPTO_PKI_SCEP: text',
    '*Sep 13 2026 09:18:42: %SYS-5-RESTART: text',
    '%PKI-6-CS_GRANT_AUTO: All enrollment requests will be automatically granted.',
    '%CRYPTO-6-CERTRET: Certificate received from Certificate Authority',
    '%SYS-SP-5-RESTART: text',
    'Nov  1 08:30:28.044: CRYPTO_PKI:  Certificate Request Fingerprint MD5: 994A7897 CFEA32B7 40E7C81A B9202A80',
    'Nov  1 08:30:28.044: ISAKMP: (0):peer does not do paranoid keepalives.',
    '*** --- SHUTDOWN in 0:05:00 ---',
    ' Fingerprint: 261DD46D B43FB258 E69E58CA 991B03D1 ',
  ])('is the whole line: %s', (line) => {
    expect(find(line)).toMatchObject({ taken: line, kind: 'syslog' });
  });

  it.each([
    '% Certificate request sent to Certificate Authority',
    'CRYPTO_PKI: Imported PKCS12 file successfully.',
    "CRYPTO_PKI: There should be atleast one '.' [other than the trailing '.'] in the domain name",
    '18:56:04.554 EST Mon Oct 17 2016',
    '*04:45:00.857 UTC Thu Aug 7 2025',
    '    start date: 03:08:21 UTC Sep 21 2025',
    '% Key pair was generated at: 00:54:49 UTC Sep 21 2025',
    'Password: ',
    'gw-1(config)#',
    "% Invalid input detected at '^' marker.",
    'Fingerprint: 2DCEC066 FCABB674 BF81BFAF 76CD10FA ',
    '    Fingerprint:  428125BD A3419600 3F6C7831 6CD8FA95 00000000',
    '       Fingerprint MD5: FA3654F3 94F533B3 649F11D1 C190E669 ',
  ])('is not found in %j', (line) => {
    expect(find(line)).toBeUndefined();
    expect(find(line, false)).toBeUndefined();
  });

  it('is cut from a prompt in front of it and from one glued behind it', () => {
    expect(find('gw-1(config)#Sep 21 03:05:02.312: %SYS-5-CONFIG_I: Configured', false)).toMatchObject({
      left: 'gw-1(config)#',
    });
    expect(find('gw-1(config)# Fingerprint: 261DD46D B43FB258 E69E58CA 991B03D1 ', false)).toMatchObject({
      left: 'gw-1(config)#',
    });
    expect(find('%SSH-5-ENABLED: SSH 1.5 has been enabledgw-1(config)#', false)).toMatchObject({
      left: 'gw-1(config)#',
    });
    expect(find('%SSH-5-ENABLED: SSH 1.5 has been enabledgw-1#show clock')).toMatchObject({
      left: 'gw-1#show clock',
    });
  });

  it('ends at a prompt between two of them', () => {
    const place = find('Mar  1 00:00:01.1: %A-1-B: onegw-1#Mar  1 00:00:02.2: %C-2-D: two');
    expect(place).toMatchObject({ taken: 'Mar  1 00:00:01.1: %A-1-B: one' });
  });

  it('ends where the next one begins', () => {
    expect(find('Mar  1 00:00:01.1: %A-1-B: one*Mar  1 00:00:02.2: %C-2-D: two')).toMatchObject({
      taken: 'Mar  1 00:00:01.1: %A-1-B: one',
    });
  });

  it('goes on in deeply indented lines, but not in the caret of a refusal', () => {
    expect(logLines.continues?.('                      Trustpoint   : BRUME')).toBe(42);
    expect(logLines.continues?.('                      Serial-number: 1A0Bgw-1#')).toBe(41);
    expect(logLines.continues?.('Reason : Enrollment URL not configured.')).toBe(39);
    expect(logLines.continues?.('                         ^')).toBeUndefined();
    expect(logLines.continues?.('       Fingerprint MD5: 11112222')).toBeUndefined();
  });
});

describe('noise', () => {
  it.each([
    'SECURITY WARNING - Module: SSH, Command: crypto key generate rsa, Reason: short, Remediation: longer',
    ' INSECURE DYNAMIC WARNING - Module: SSH, Command: x, Reason: y, Remediation: z',
    ' %RSA key size needs to be atleast 3072 bitsfor SSH server functionality to be enabled',
    'CRYPTO_PKI: setting trustpoint policy TP-self-signed-1 to use keypair TP-self-signed-1',
    '***',
    'Rollback Confirmed Change: Rollback will begin in one minute.',
    'Rollback Confirmed Change: rolling to:flash:before-Feb-15-15-56-38.517-1',
    'Enter "configure confirm" if you wish to keep what you\'ve configured',
  ])('is taken out and handed to nobody: %s', (line) => {
    expect(find(line)).toMatchObject({ kind: 'noise' });
  });

  it('behind a prompt leaves the prompt', () => {
    expect(find('gw-1(config)#SECURITY WARNING - Module: SSH, Command: x', false)).toMatchObject({
      left: 'gw-1(config)#',
    });
  });
});

describe('messages about an enrollment', () => {
  it('are told apart by their mnemonic', () => {
    const lines = [
      '%PKI-6-CERTRET: Certificate received from Certificate Authority',
      '%PKI-6-CERT_INSTALL: An ID certificate has been installed under\nTrustpoint   : T',
      '%CRYPTO-6-CERTRET: Certificate received',
      '%PKI-6-CERTREJECT: Certificate enrollment request was rejected',
      '%PKI-6-CERTFAIL: Certificate enrollment failed.',
      '%PKI-2-CERT_ENROLL_FAIL: failed',
      '%PKI-3-CERTRETFAIL: failed',
      '%PKI-6-CERT_ENROLL_MANUAL: Manual enrollment for trustpoint T',
    ];
    const verdict = (line: string) =>
      [isPkiGranted(line), isPkiRejected(line), isPkiFailed(line)].map(Number).join('');
    expect(lines.map(verdict)).toEqual(['100', '100', '100', '010', '001', '001', '001', '000']);
  });

  it('announce a reload', () => {
    expect(isShutdownAnnounced('*** --- SHUTDOWN in 0:01:00 ---')).toBe(true);
    expect(isShutdownAnnounced('*** --- SHUTDOWN ABORTED ---')).toBe(false);
    expect(isShutdownAborted('*** --- SHUTDOWN ABORTED ---')).toBe(true);
  });
});
