import type { KeyObject } from 'node:crypto';

import type { ClockStart } from './clock.ts';
import type { ServerManners } from './cs/certificate-server.ts';
import type { RouterFault } from './faults.ts';
import type { NtpOptions } from './ntp.ts';
import type { Release } from './personality.ts';
import type { KeyFactory } from './pki/key-store.ts';
import type { SshSuite } from './ssh-suites.ts';

export interface RouterUser {
  readonly name: string;
  readonly password: string;
  /** 15 lands in privileged EXEC, 1 needs `enable`. */
  readonly privilege: number;
}

export interface RouterInterface {
  readonly name: string;
  readonly address?: string;
  /** 255.255.255.0 unless said otherwise. */
  readonly mask?: string;
}

/** A trustpoint the router has when it starts, as far as it got. */
export interface PresetTrustpoint {
  readonly trustpoint: string;
  /** Sub-commands as they are typed below `crypto pki trustpoint`. */
  readonly lines: readonly string[];
  readonly key?: {
    readonly label: string;
    /** PEM, when it is a text. */
    readonly privateKey: KeyObject | string;
    readonly exportable?: boolean;
  };
  /** DER; needs the key. */
  readonly certificate?: Uint8Array;
  /** With usage keys: the other key of the same label, to encrypt with, and its certificate in DER. The first one signs then. */
  readonly encryption?: { readonly privateKey: KeyObject | string; readonly certificate?: Uint8Array };
  /** DER. */
  readonly ca?: Uint8Array;
  /** DER of the RA certificates that came with the CA's. */
  readonly ras?: readonly Uint8Array[];
  /** A request for the key was sent, and nobody asks for its answer any more. */
  readonly pending?: boolean;
}

/** A certificate server that is enabled when the router starts. */
export interface PresetServer extends ServerManners {
  /** As in `crypto pki server CS`. */
  readonly name: string;
  /**
   * Its lines, as typed below it: `issuer-name cn=Hub CA`, `grant auto`. With `mode ra` a preset trustpoint of the same
   * name must hold the registration authority's certificate and key.
   */
  readonly lines?: readonly string[];
  /** Of the CA's key, when none bears the server's name; 1024 unless said otherwise, as a router makes it by itself. */
  readonly keyBits?: number;
}

/** An address and port that the router connects to. */
export interface DialTarget {
  readonly host: string;
  readonly port: number;
}

/** Where on the router a connection of the PKI begins: what the trustpoint says of it. */
export interface DialFrom {
  /** The routing table; the global one unless given. */
  readonly vrf?: string;
  /** `source interface`. */
  readonly interface?: string;
}

/** What a virtual router is made of. */
export interface RouterOptions {
  readonly hostname: string;
  readonly domain?: string;
  readonly release: Release;
  readonly users: readonly RouterUser[];
  readonly enableSecret?: string;
  /** Loopback and a port from the system unless said otherwise. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** The SSH algorithms offered; those of the release unless said otherwise. */
  readonly ssh?: SshSuite;
  /** PEM of the SSH host key; made at first need otherwise. */
  readonly hostKey?: string;
  readonly clock: ClockStart;
  /** Without it no NTP server ever answers. */
  readonly ntp?: NtpOptions;
  /** Sent before the password is asked for. */
  readonly banner?: string;
  readonly serialNumber?: string;
  /** What is plugged in, such as `usbtoken0:`, which is also what there is unless said otherwise. */
  readonly devices?: readonly string[];
  readonly interfaces?: readonly RouterInterface[];
  readonly faults?: readonly RouterFault[];
  /** Global configuration lines typed in before the router starts. Throws when one is refused. */
  readonly running?: readonly string[];
  readonly preset?: readonly PresetTrustpoint[];
  /** A certificate server that runs already; the router then serves HTTP. */
  readonly certificateServer?: PresetServer;
  /** The port of the router's HTTP server: one from the system unless said otherwise. Without it there is none. */
  readonly http?: { readonly port: number };
  /** The host's time. */
  readonly now?: () => Date;
  readonly keygen?: KeyFactory;
  /** How long a minute of `enrollment retry period`, of a rollback timer and of `reload in` lasts, in milliseconds; 60,000 unless said otherwise. */
  readonly minuteMs?: number;
  /** Where a connection that the router opens really goes: for somebody between it and its CA. */
  readonly dial?: (target: DialTarget, from?: DialFrom) => DialTarget;
  /** Whether it asks for host and file name at each transfer of a file, as some dialogues of IOS do. */
  readonly fileQuestions?: boolean;
  /** Files on its devices, by name: `flash:br-1.crt`. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** From `Certificate request sent` to the first byte to the CA, in milliseconds. */
  readonly enrollDelayMs?: number;
}
