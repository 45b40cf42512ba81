import type { CertificationRequest } from '../../../scep/index.ts';
import { hexHash, nameParts } from '../pki/stored-certificate.ts';

/** The three tables of a certificate server's enrollment request database. */
export type RequestKind = 'subordinate' | 'ra' | 'router';

/** What became of a request. `authorized` is one that an RA has passed on to its CA. */
export type RequestState = 'pending' | 'authorized' | 'granted' | 'rejected';

export interface ServerRequest {
  readonly id: number;
  readonly kind: RequestKind;
  /** MD5 of the whole request, upper-case hex: what the router that asks prints, too. */
  readonly fingerprint: string;
  /** The subject on one line, as the tables show it. */
  readonly subject: string;
  readonly transactionId: string;
  readonly csr: CertificationRequest;
  /** The DER certificate the request was encrypted to: the CA in office, or the one after it. */
  readonly recipient: Uint8Array;
  state: RequestState;
  /** DER, once it is granted. */
  certificate: Uint8Array | undefined;
}

/** How an RA's request names itself (IOS security configuration guide, RA mode of the certificate server). */
const RA_UNIT = 'ioscs RA';

/** The requests a certificate server has seen, numbered from 1, until they are removed. */
export class RequestDatabase {
  #requests: ServerRequest[] = [];
  #lastId = 0;

  /** Newest first, as the tables show them. */
  get all(): readonly ServerRequest[] {
    return this.#requests.toReversed();
  }

  add({ csr, transactionId, recipient }: Pick<ServerRequest, 'csr' | 'transactionId' | 'recipient'>) {
    this.#lastId += 1;
    const request: ServerRequest = {
      id: this.#lastId,
      kind: kindOf(csr),
      fingerprint: hexHash('md5', csr.der),
      subject: nameParts(csr.subject).join(','),
      transactionId,
      csr,
      recipient,
      state: 'pending',
      certificate: undefined,
    };
    this.#requests.push(request);
    return request;
  }

  /** The latest entry of the very same request. */
  latest(csr: CertificationRequest): ServerRequest | undefined {
    const fingerprint = hexHash('md5', csr.der);
    return this.#requests.findLast((request) => request.fingerprint === fingerprint);
  }

  /** One request by its number, or every one. */
  chosen(which: number | 'all'): readonly ServerRequest[] {
    return which === 'all' ? this.#requests : this.#requests.filter(({ id }) => id === which);
  }

  remove(which: number | 'all'): void {
    this.#requests = which === 'all' ? [] : this.#requests.filter(({ id }) => id !== which);
  }
}

/** A registration authority is known by its unit. */
export function isRegistrationAuthority(parts: readonly string[]): boolean {
  return parts.includes(`ou=${RA_UNIT}`);
}

function kindOf(csr: CertificationRequest): RequestKind {
  if (isRegistrationAuthority(nameParts(csr.subject))) return 'ra';
  return csr.extensions.some(({ oid }) => oid === BASIC_CONSTRAINTS) ? 'subordinate' : 'router';
}

const BASIC_CONSTRAINTS = '2.5.29.19';

const HEADS: readonly (readonly [RequestKind, string])[] = [
  ['subordinate', 'Subordinate CA certificate requests:'],
  ['ra', 'RA certificate requests:'],
  // The plural is the vendor's.
  ['router', 'Router certificates requests:'],
];

/** The three tables as `show crypto pki server CS requests` prints them. */
export function requestTables(requests: readonly ServerRequest[]): readonly string[] {
  return [
    'Enrollment Request Database:',
    ...HEADS.flatMap(([kind, head]) => [
      '',
      head,
      'ReqID  State      Fingerprint                      SubjectName',
      '--------------------------------------------------------------',
      ...requests.filter((request) => request.kind === kind).map(row),
    ]),
    '',
  ];
}

function row({ id, state, fingerprint, subject }: ServerRequest): string {
  return `${String(id).padEnd(7)}${state.padEnd(11)}${fingerprint} ${subject}`;
}
