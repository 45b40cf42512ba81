/** The blocks of a device's configuration, in the order they are typed. The files are named like them. */
export const BLOCKS = ['clock', 'ntp', 'keypair', 'trustpoint-scep'] as const;

export type BlockName = (typeof BLOCKS)[number];
