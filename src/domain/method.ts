import type { Secret } from './secret.ts';

/** How a router gets the certificate of one trustpoint. Each kind has a template of its own: `trustpoint-<kind>.hbs`. */
export type EnrollmentMethod =
  | { readonly kind: 'scep' }
  | TerminalMethod
  | TftpMethod
  | ProfileMethod
  | Pkcs12Method
  /** The router signs its own certificate; the trustpoint's authority is the router itself. */
  | { readonly kind: 'selfsigned' }
  /** Only the CA certificate: no key pair, no request. */
  | { readonly kind: 'ca-only'; readonly by: 'terminal' | 'scep' };

export type MethodKind = EnrollmentMethod['kind'];

/** `enrollment terminal`: the router prints its request, and certificates are pasted. */
export interface TerminalMethod {
  readonly kind: 'terminal';
  /** `enrollment terminal pem`: requests and certificates with their BEGIN and END lines. */
  readonly pem: boolean;
  readonly submit: Submission;
}

/** `enrollment url tftp:`: the router writes its request to a TFTP server and reads certificates from it. */
export interface TftpMethod {
  readonly kind: 'tftp';
  /** The server's address or name, as routers reach it. */
  readonly host: string;
  readonly server: TftpServing;
  readonly submit: Submission;
}

export type TftpServing =
  | EmbeddedServer
  /** Somebody else's server, whose files are in a directory that this machine reaches. Absolute path. */
  | { readonly kind: 'directory'; readonly path: string };

/** trustfleet's own TFTP server, on an address of this machine, while a router is told to read or write a file. */
export interface EmbeddedServer {
  readonly kind: 'embedded';
  readonly address: string;
  readonly port: number;
}

/** Who takes a router's request to the CA when the router does not. */
export type Submission =
  /** trustfleet, as the router's own SCEP client, with the authority's URL and challenge. */
  | { readonly kind: 'scep' }
  /** An offline CA: requests out, certificates in. Absolute paths. */
  | { readonly kind: 'directory'; readonly requests: string; readonly answers: string }
  /** A program that reads the request and writes the certificate; run without a shell. */
  | { readonly kind: 'command'; readonly argv: readonly string[] };

/** `enrollment profile`: certificates by plain HTTP, or by terminal, in steps that the profile describes. */
export interface ProfileMethod {
  readonly kind: 'profile';
  /** Of the profile on the router. */
  readonly name: string;
  readonly authentication: ProfileStep;
  readonly enrollment: ProfileStep;
  /** Number 1 to 8; what the commands call `$P1` to `$P8`. */
  readonly parameters: readonly ProfileParameter[];
  /** A trustpoint whose certificate stands in for a challenge. */
  readonly credential?: string;
  /** With `enrollment terminal`: the router prints its request. */
  readonly submit?: Submission;
}

export type ProfileStep =
  | { readonly kind: 'terminal' }
  /** `command` is the HTTP request that is sent, when it is not SCEP's. */
  | { readonly kind: 'url'; readonly url: string; readonly command?: string };

export interface ProfileParameter {
  readonly number: number;
  /** Written into the profile, or typed when the router asks for it. */
  readonly by: 'value' | 'prompt';
  readonly value: string | Secret;
}

/** A key pair and certificates that were made elsewhere. */
export interface Pkcs12Method {
  readonly kind: 'pkcs12';
  /** Absolute path, a template over the device. */
  readonly file: string;
  readonly passphrase: Secret;
  readonly by: Pkcs12Source;
}

export type Pkcs12Source =
  | { readonly kind: 'terminal' }
  /** Read by the router from a TFTP or HTTP URL, a template over the device. */
  | {
      readonly kind: 'url';
      readonly url: string;
      /** trustfleet's own TFTP server has it there; somebody else's when absent. */
      readonly server?: EmbeddedServer;
    };

/** Whether the router makes a key pair for it. */
export function makesKey({ kind }: EnrollmentMethod): boolean {
  return kind !== 'ca-only' && kind !== 'pkcs12';
}

/** Whether the router accepts a CA certificate first; one that comes in a file with the key is checked there. */
export function asksCa({ kind }: EnrollmentMethod): boolean {
  return kind !== 'selfsigned' && kind !== 'pkcs12';
}

/** Whether it ends in a certificate of the router's own. */
export function hasIdentity({ kind }: EnrollmentMethod): boolean {
  return kind !== 'ca-only';
}

/** What the request is handed to, where the router does not speak with the CA itself. */
export function submissionOf(method: EnrollmentMethod): Submission | undefined {
  return 'submit' in method ? method.submit : undefined;
}
