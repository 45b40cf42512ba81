/** Every way a courier comes back with bad news, as a stable code with what it means. */
export const COURIER_ERRORS = {
  'folder-unusable': 'a folder of the courier cannot be used',
  'command-failed': 'the courier’s command failed',
  'answer-unreadable': 'the answer holds no certificate that can be read',
  'other-key': 'the answer is a certificate for another key',
  'not-valid': 'the certificate is not valid now',
  'chain-broken': 'the certificate does not lead to the pinned CA',
} as const satisfies Record<string, string>;

export type CourierErrorCode = keyof typeof COURIER_ERRORS;

/** An answer that must not reach the router, or no way to get one. */
export class CourierError extends Error {
  readonly code: CourierErrorCode;
  /** For people: what the command wrote, what stood in the folder. */
  readonly detail: string;
  /** The file the bad news are in, where there is one. */
  readonly from: string | undefined;

  constructor(
    code: CourierErrorCode,
    reason: string,
    options: { detail?: string; from?: string; cause?: unknown } = {},
  ) {
    super(
      `${COURIER_ERRORS[code]}: ${reason}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'CourierError';
    this.code = code;
    this.detail = options.detail ?? '';
    this.from = options.from;
  }
}
