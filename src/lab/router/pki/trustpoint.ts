import type { KeyPlace } from './key-store.ts';
import type { StoredCertificate } from './stored-certificate.ts';
import type { OwnNames } from './subject.ts';

/** One line of a trustpoint, as shown and as read. */
export interface TrustpointSetting {
  readonly line: string;
  readonly args: Readonly<Record<string, string>>;
  readonly words: readonly string[];
}

/** A request on its way. */
export interface PendingRequest {
  /** DER of the PKCS#10. */
  readonly request: Uint8Array;
  readonly names: OwnNames;
  /** When the CA is asked again; undefined before its first answer. */
  readonly pollAt: Date | undefined;
  /** The key pair it is for; that of the trustpoint unless said otherwise. */
  readonly keyLabel?: string;
}

/** What takes over when the CA's certificate ends: fetched and asked for before. */
export interface RolloverCertificates {
  readonly ca: StoredCertificate;
  /** The router's, from the next CA; undefined until it is granted. */
  readonly identity: StoredCertificate | undefined;
}

export type EnrollmentStatus = 'Granted' | 'Pending' | 'Rejected' | 'Failed';

/** Settings by name, in the order IOS shows them. */
const SETTING_ORDER = [
  'enrollment retry count',
  'enrollment retry period',
  'enrollment mode ra',
  'enrollment url',
  'enrollment terminal',
  'enrollment selfsigned',
  'enrollment pkcs12',
  'enrollment profile',
  'usage',
  'serial-number',
  'fqdn',
  'ip-address',
  'password',
  'fingerprint',
  'subject-name',
  'subject-alt-name',
  'vrf',
  'chain-validation',
  'revocation-check',
  'crl query',
  'crl optional',
  'crl best-effort',
  'source interface',
  'rsakeypair',
  'eckeypair',
  'regenerate',
  'auto-enroll',
  'hash',
  'storage',
  'on',
  'primary',
] as const;

export type SettingName = (typeof SETTING_ORDER)[number];

/** The lines that say how to enroll: one takes the place of another. */
const METHOD_SETTINGS: readonly SettingName[] = [
  'enrollment url',
  'enrollment terminal',
  'enrollment selfsigned',
  'enrollment pkcs12',
  'enrollment profile',
];

/** The lines that name a key pair. Whether one takes the place of the other is not known from captures. */
const KEY_SETTINGS: readonly SettingName[] = ['rsakeypair', 'eckeypair'];

/** A `crypto pki trustpoint`: its lines, its certificates and its request. */
export class Trustpoint {
  readonly name: string;
  readonly #settings = new Map<SettingName, TrustpointSetting>();
  ca: StoredCertificate | undefined;
  /** Registration authority certificates from GetCACert. */
  ras: readonly StoredCertificate[] = [];
  /** The router's certificate; with usage keys that of the signature key. */
  identity: StoredCertificate | undefined;
  /** The certificate of the encryption key, with usage keys. */
  encryption: StoredCertificate | undefined;
  request: PendingRequest | undefined;
  /** The request for the encryption key, with usage keys. */
  encryptionRequest: PendingRequest | undefined;
  status: EnrollmentStatus | undefined;
  rollover: RolloverCertificates | undefined;
  /** Ends the request that is running. */
  abandon: AbortController | undefined;

  constructor(name: string) {
    this.name = name;
    this.set('revocation-check', { line: 'revocation-check crl', args: {}, words: [] });
  }

  set(name: SettingName, setting: TrustpointSetting): void {
    this.#settings.set(name, setting);
  }

  /** Keeps a setting in the place of its likes: one method, one key pair. */
  choose(name: SettingName, setting: TrustpointSetting): void {
    for (const others of [METHOD_SETTINGS, KEY_SETTINGS])
      if (others.includes(name)) for (const other of others) this.unset(other);
    this.set(name, setting);
  }

  unset(name: SettingName): void {
    this.#settings.delete(name);
  }

  setting(name: SettingName): TrustpointSetting | undefined {
    return this.#settings.get(name);
  }

  /** Its settings of this moment. */
  copySettings(): ReadonlyMap<SettingName, TrustpointSetting> {
    return new Map(this.#settings);
  }

  restoreSettings(settings: ReadonlyMap<SettingName, TrustpointSetting>): void {
    this.#settings.clear();
    for (const [name, setting] of settings) this.#settings.set(name, setting);
  }

  /** The lines as the configuration shows them. */
  get lines(): readonly string[] {
    return SETTING_ORDER.map((name) => this.#settings.get(name)?.line).filter((line) => line !== undefined);
  }

  /** Of its SCEP service; undefined where requests go into files. */
  get url(): string | undefined {
    return /^https?:/i.test(this.target ?? '') ? this.target : undefined;
  }

  /** What stands behind `enrollment url`. */
  get target(): string | undefined {
    return this.setting('enrollment url')?.args.url;
  }

  /** The enrollment profile it names. */
  get profile(): string | undefined {
    return this.setting('enrollment profile')?.args.profile;
  }

  /** Certificates and requests go over the terminal. */
  get isTerminal(): boolean {
    return this.setting('enrollment terminal') !== undefined;
  }

  /** The router certifies itself. */
  get isSelfSigned(): boolean {
    return this.setting('enrollment selfsigned') !== undefined;
  }

  /** Requests are shown and certificates asked for in PEM. */
  get isPem(): boolean {
    const setting = this.setting('enrollment terminal') ?? this.setting('enrollment url');
    return setting?.words.includes('pem') === true;
  }

  /** Where its connections begin. */
  get origin(): { readonly vrf?: string; readonly interface?: string } {
    const vrf = this.setting('vrf')?.args.vrf;
    const name = this.setting('source interface')?.args.interface;
    return { ...(vrf === undefined ? {} : { vrf }), ...(name === undefined ? {} : { interface: name }) };
  }

  get keyLabel(): string | undefined {
    return (this.setting('eckeypair') ?? this.setting('rsakeypair'))?.args.label;
  }

  get keyType(): 'rsa' | 'ec' {
    return this.setting('eckeypair') === undefined ? 'rsa' : 'ec';
  }

  /** A key to sign and one to encrypt with, where the router makes them by itself. */
  get wantsUsageKeys(): boolean {
    return this.setting('rsakeypair')?.args.encryption !== undefined;
  }

  get keyBits(): number | undefined {
    const size = this.setting('rsakeypair')?.args.size;
    return size === undefined ? undefined : Number(size);
  }

  /** Where keys go that the router makes by itself. */
  get devices(): Pick<KeyPlace, 'storage' | 'on'> {
    const storage = this.setting('storage')?.args.device;
    const on = this.setting('on')?.args.device;
    return { ...(storage === undefined ? {} : { storage }), ...(on === undefined ? {} : { on }) };
  }

  get retryCount(): number {
    return Number(this.setting('enrollment retry count')?.args.count ?? 10);
  }

  get retryMinutes(): number {
    return Number(this.setting('enrollment retry period')?.args.minutes ?? 1);
  }

  get password(): string | undefined {
    return this.setting('password')?.args.password;
  }

  /** Digits of the pinned fingerprint, upper case. */
  get fingerprint(): string | undefined {
    return this.setting('fingerprint')?.args.digits;
  }

  /** Percent of the certificate's life after which it is renewed by itself; undefined without auto-enroll. */
  get renewPercent(): number | undefined {
    const setting = this.setting('auto-enroll');
    return setting === undefined ? undefined : Number(setting.args.percent ?? 100);
  }

  get regenerates(): boolean {
    return (
      this.setting('regenerate') !== undefined ||
      this.setting('auto-enroll')?.words.includes('regenerate') === true
    );
  }
}
