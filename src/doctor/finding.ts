/** What the doctor looks at, in the order it is listed. */
export const DOCTOR_CHECKS = {
  reachable: 'the name of the SCEP URL resolves, its port takes connections and its web server answers',
  certificates: 'the CA shows certificates that can be read and told apart (GetCACert)',
  pins: 'one certificate has every fingerprint that the inventory pins, and it is the issuing CA',
  'ra-mode': 'the inventory says enrollment mode ra exactly where a registration authority answers',
  'ra-usage': 'somebody may open requests and somebody may sign replies, with RSA keys',
  'ca-expiry': 'the CA certificate outlives the next certificates of the fleet',
  'ra-expiry': 'the registration authority’s certificates are in force and stay so for a while',
  'next-ca': 'a CA near its end has its next certificate ready (GetNextCACert)',
  capabilities: 'the CA says what it can do, and that is enough for enrollment and renewal (GetCACaps)',
  'long-get': 'the web server takes requests as long as routers send them in a URL',
  algorithms: 'the CA answers in the digest and cipher of the fleet’s weakest release',
  challenge: 'challenge passwords can be had, and as many as the fleet needs',
  clock: 'the clocks of the CA, of this machine and of the routers agree',
} as const;

export type DoctorCheck = keyof typeof DOCTOR_CHECKS;

/** `skip`: not looked at, and `says` tells why. Only `fail` makes a CA unfit. */
export type DoctorStatus = 'pass' | 'warn' | 'fail' | 'skip';

/** What one check found at one authority. */
export interface DoctorFinding {
  readonly check: DoctorCheck;
  readonly status: DoctorStatus;
  /** One sentence on what was seen. */
  readonly says: string;
  /** What to do about a `warn` or a `fail`. */
  readonly remedy?: string;
}
