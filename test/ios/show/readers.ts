import { readCertificates } from '../../../src/ios/show/certificates.ts';
import { readClock } from '../../../src/ios/show/clock.ts';
import { readCounters } from '../../../src/ios/show/counters.ts';
import { readCrls } from '../../../src/ios/show/crls.ts';
import { readKeypairs } from '../../../src/ios/show/keypairs.ts';
import { readNtpStatus } from '../../../src/ios/show/ntp-status.ts';
import { readPem } from '../../../src/ios/show/pem.ts';
import { readRunningLines } from '../../../src/ios/show/running-lines.ts';
import { readRunningPki } from '../../../src/ios/show/running-pki.ts';
import { readServer } from '../../../src/ios/show/server.ts';
import { readServerRequests } from '../../../src/ios/show/server-requests.ts';
import { readTimeLines } from '../../../src/ios/show/time-lines.ts';
import { readTimers } from '../../../src/ios/show/timers.ts';
import { readTrustpoints } from '../../../src/ios/show/trustpoints.ts';
import { readTrustpointsStatus } from '../../../src/ios/show/trustpoints-status.ts';
import { readVersion } from '../../../src/ios/show/version.ts';

/** Every reader of a `show` output. */
export const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  readCertificates,
  readClock,
  readCounters,
  readCrls,
  readKeypairs,
  readNtpStatus,
  readPem,
  readRunningLines,
  readRunningPki,
  readServer,
  readServerRequests,
  readTimeLines,
  readTimers,
  readTrustpoints,
  readTrustpointsStatus,
  readVersion,
};
