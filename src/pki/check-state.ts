import type { Evidence, Verdict } from './verify.ts';

/** The router’s listing decides; bytes without a listing are no proof that it calls them available. */
export function checkPresent({ hasIdentity, printed, expected: { selfSigned } }: Evidence): Verdict {
  const expected = 'available';
  if (printed === undefined) {
    const actual = hasIdentity
      ? 'a certificate is in its configuration that the router does not list'
      : 'the router holds no certificate';
    return { status: 'fail', expected, actual };
  }
  const { status, kind, head } = printed;
  if (kind !== (selfSigned === true ? 'self-signed' : 'identity'))
    return { status: 'fail', expected, actual: `“${head}”` };
  if (!/^available$/i.test(status.trim()))
    return { status: 'fail', expected, actual: status.trim().toLowerCase() };
  return { status: 'pass', expected, actual: 'available' };
}

export function checkIssuedFor({ printed, trustpoint, hasIdentity }: Evidence): Verdict {
  const expected = trustpoint;
  if (printed === undefined) {
    return hasIdentity
      ? { status: 'fail', expected, actual: 'the router lists no certificate under it' }
      : { status: 'unknown', expected, actual: 'the router holds no certificate' };
  }
  const { trustpoints } = printed;
  return {
    status: trustpoints.includes(trustpoint) ? 'pass' : 'fail',
    expected,
    actual: trustpoints.length === 0 ? 'no trustpoint is named' : trustpoints.join(', '),
  };
}

/** A renewal brings another serial number and a later end. */
export function checkReplaced({
  identity,
  previous,
  expected: { selfSigned },
}: Evidence): Verdict | undefined {
  if (previous === undefined) return undefined;
  // A router gives every certificate that it signs itself the same serial number.
  const other = selfSigned === true ? '' : `another serial number than ${previous.serial}, `;
  const expected = `${other}an end after ${previous.notAfter.toISOString()}`;
  if (typeof identity === 'string') return { status: 'unknown', expected, actual: identity };
  const { serial, notAfter } = identity;
  const isOther = selfSigned === true || !sameSerial(serial, previous.serial);
  const isNew = isOther && notAfter > previous.notAfter;
  return {
    status: isNew ? 'pass' : 'fail',
    expected,
    actual: `serial number ${serial}, end ${notAfter.toISOString()}`,
  };
}

/** Without the name of a trustpoint the server shows a certificate of its own choice. */
export function checkHttps({ https }: Evidence): Verdict | undefined {
  if (https === undefined) return undefined;
  const expected = 'ip http secure-server with this trustpoint';
  return https.missing.length === 0
    ? { status: 'pass', expected, actual: 'on, with this trustpoint' }
    : { status: 'fail', expected, actual: `missing: ${https.missing.join('; ')}` };
}

export function checkStartup({ identity, startup }: Evidence): Verdict {
  if (typeof identity === 'string') {
    return { status: 'unknown', expected: 'the certificate’s serial number', actual: identity };
  }
  const expected = identity.serial;
  if (startup === undefined) {
    return { status: 'unknown', expected, actual: 'the startup configuration was not read' };
  }
  const { serials } = startup;
  return {
    status: serials.some((each) => sameSerial(each, identity.serial)) ? 'pass' : 'fail',
    expected,
    actual: serials.length === 0 ? 'no certificate' : serials.join(', '),
  };
}

/** Releases differ in leading zeros: `02`, `2`, and an odd number of digits from 12.x. */
export function sameSerial(a: string, b: string): boolean {
  return plainSerial(a) === plainSerial(b);
}

function plainSerial(hex: string): string {
  return hex
    .trim()
    .toUpperCase()
    .replace(/^0+(?=.)/, '');
}
