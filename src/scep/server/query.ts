/** A SCEP request as its query string has it. */
export interface ScepQuery {
  /** As sent; compare without regard to case. */
  readonly operation: string;
  /** The raw value of `message=`, still percent-encoded; undefined when it is absent. */
  readonly message?: string;
}

/**
 * Finds `operation` and `message` in a raw query (what follows `?`). The message must not go through a form
 * decoder: macOS leaves `+` raw, strongSwan `/` and `=` too. Undefined when there is no operation.
 */
export function parseScepQuery(rawQuery: string): ScepQuery | undefined {
  const parameters = new Map<string, string>();
  for (const part of rawQuery.replace(/^\?/, '').split('&')) {
    const equals = part.indexOf('=');
    const name = (equals === -1 ? part : part.slice(0, equals)).toLowerCase();
    if (!parameters.has(name)) parameters.set(name, equals === -1 ? '' : part.slice(equals + 1));
  }
  const operation = parameters.get('operation');
  const message = parameters.get('message');
  if (operation === undefined) return undefined;
  return { operation: percentDecode(operation), ...(message === undefined ? {} : { message }) };
}

/** The CA identifier of GetCACert and its like: form-encoded text. */
export function decodeCaIdentifier(message: string): string {
  return percentDecode(message.replaceAll('+', ' '));
}

/**
 * The DER in the `message=` of a GET: decoded once from percent-encoding; blanks were `+`; line ends and
 * tabs go; the URL-safe alphabet and missing padding are tolerated. Undefined when it is no base64.
 */
export function decodeMessageParameter(message: string): Uint8Array | undefined {
  const base64 = percentDecode(message)
    .replace(/[\r\n\t]/g, '')
    .replaceAll(' ', '+')
    .replaceAll('-', '+')
    .replaceAll('_', '/')
    .replace(/=+$/, '');
  if (base64 === '' || !/^[A-Za-z0-9+/]+$/.test(base64) || base64.length % 4 === 1) return undefined;
  return new Uint8Array(Buffer.from(base64, 'base64'));
}

/** Once and leniently: what is no escape stays as it is. */
function percentDecode(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (run) =>
    Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}
