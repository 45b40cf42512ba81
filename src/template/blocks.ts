import type { ConfigLine } from '../domain/config-line.ts';
import type { MethodKind } from '../domain/method.ts';

/** The block that each way to get a certificate types. */
const TRUSTPOINT_BLOCKS = {
  scep: 'trustpoint-scep',
  terminal: 'trustpoint-terminal',
  tftp: 'trustpoint-tftp',
  profile: 'trustpoint-profile',
  pkcs12: 'trustpoint-pkcs12',
  selfsigned: 'trustpoint-selfsigned',
  'ca-only': 'trustpoint-ca-only',
} as const satisfies Record<MethodKind, string>;

/** The blocks of a device's configuration, in the order they are typed. The files are named like them. */
export const BLOCKS = [
  'clock',
  'ntp',
  'keypair',
  'enrollment-profile',
  ...Object.values(TRUSTPOINT_BLOCKS),
  'https-server',
] as const;

export type BlockName = (typeof BLOCKS)[number];
export type TrustpointBlock = (typeof TRUSTPOINT_BLOCKS)[MethodKind];

/** Some lines of a device's configuration, from one template. */
export interface RenderedBlock {
  readonly name: BlockName;
  /** Of all but `clock` and `ntp`. */
  readonly trustpoint?: string;
  /** The file it was rendered from. */
  readonly template: string;
  /** A line that belongs to the one above begins with a blank, as in the running configuration. */
  readonly lines: readonly ConfigLine[];
}

export function trustpointBlock(kind: MethodKind): TrustpointBlock {
  return TRUSTPOINT_BLOCKS[kind];
}

const ALL: ReadonlySet<string> = new Set(Object.values(TRUSTPOINT_BLOCKS));

export function isTrustpointBlock(name: BlockName): name is TrustpointBlock {
  return ALL.has(name);
}
