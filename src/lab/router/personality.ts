/** What differs from release to release. Everything else is the same router. */
export interface Personality {
  readonly release: Release;
  /** `15.7(3)M8`, as `show version` and the running configuration name it. */
  readonly version: string;
  readonly software: string;
  readonly image: string;
  readonly platform: { readonly pid: string; readonly description: string; readonly memory: string };
  readonly interfaces: readonly string[];
  readonly rsa: { readonly least: number; readonly most: number; readonly preset: number };
  /** Hash of request and SCEP signature when the trustpoint has no `hash` line. */
  readonly defaultHash: 'md5' | 'sha1' | 'sha256';
  readonly contentCipher: 'des' | '3des';
  /** How the PKCS#10 carries its extensions: classic IOS wraps them in a T61String. */
  readonly extensionsInT61String: boolean;
  /** `commandwill` stands glued in captures of 15.x to 17.x. */
  readonly showHint: (trustpoint: string) => string;
  /** Text of the log line for a refused request. */
  readonly rejected: (trustpoint: string) => string;
  /** `%PKI-6-CERT_ENROLL_MANUAL` appears while the router waits for the challenge password. */
  readonly logsBetweenPasswords: boolean;
  /** A log line continues the line the cursor is on instead of starting a new one. */
  readonly logsGluedToPrompt: boolean;
  /** What `crypto pki enroll` says and asks when the trustpoint holds a router certificate. */
  readonly reenrollment: { readonly statement: (trustpoint: string) => string; readonly question: string };
}

export type Release = '15.7';

export const PERSONALITIES: Readonly<Record<Release, Personality>> = {
  '15.7': {
    release: '15.7',
    version: '15.7(3)M8',
    software: 'C1900 Software (C1900-UNIVERSALK9-M)',
    image: 'flash0:c1900-universalk9-mz.SPA.157-3.M8.bin',
    platform: {
      pid: 'CISCO1921/K9',
      description: 'CISCO1921/K9 chassis',
      memory: '487424K/36864K',
    },
    interfaces: ['GigabitEthernet0/0', 'GigabitEthernet0/1'],
    rsa: { least: 360, most: 4096, preset: 512 },
    // An IOSv 15.x request was captured with SHA-1, one of a 1921 on 15.7 with MD5: not settled by captures.
    defaultHash: 'sha1',
    // DES or 3DES: not known from captures of 15.7.
    contentCipher: '3des',
    extensionsInT61String: true,
    showHint: (trustpoint) =>
      `% The 'show crypto pki certificate verbose ${trustpoint}' commandwill show the fingerprint.`,
    rejected: () => 'Certificate enrollment request was rejected by Certificate Authority',
    logsBetweenPasswords: false,
    logsGluedToPrompt: false,
    // Captured on 17.x only; what 15.7 asks is not known from captures.
    reenrollment: {
      statement: (trustpoint) =>
        `Trustpoint ${trustpoint} has already enrolled and has a router cert issued to it.\n` +
        'If you successfully re-enroll this trustpoint,the existing certificate will be replaced.\n',
      question: 'Do you want to continue with re-enrollment? [yes/no]: ',
    },
  },
};
