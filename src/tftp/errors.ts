/** Every way this server, one of its transfers or an expectation fails, as a stable code with what it means. */
export const TFTP_FAULTS = {
  'address-unavailable': 'the TFTP server cannot listen at its address',
  'name-taken': 'another transfer of this name is already expected',
  withdrawn: 'the file is not waited for any longer',
  stopped: 'the TFTP server was stopped',
  silent: 'the client stopped answering',
  'refused-by-peer': 'the client broke the transfer off',
  'too-large': 'the file is longer than what is accepted',
  truncated: 'the file is shorter than the client announced',
  malformed: 'the client sent what has no place in a transfer',
  network: 'the network refused the transfer’s packets',
} as const satisfies Record<string, string>;

export type TftpFault = keyof typeof TFTP_FAULTS;

export class TftpError extends Error {
  readonly code: TftpFault;

  constructor(code: TftpFault, reason = '', options: { cause?: unknown } = {}) {
    super(reason === '' ? TFTP_FAULTS[code] : `${TFTP_FAULTS[code]}: ${reason}`, options);
    this.name = 'TftpError';
    this.code = code;
  }
}
