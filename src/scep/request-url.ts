/** The operations of SCEP over HTTP (RFC 8894 4). */
export type ScepOperation = 'GetCACaps' | 'GetCACert' | 'GetNextCACert' | 'PKIOperation';

/**
 * How the message of a GET is written. `rfc8894`: base64 in one line, percent-encoded. `ios`: base64 in lines
 * of 64 columns with `%0A` after each, the last one included, as routers send it.
 */
export type MessageStyle = 'rfc8894' | 'ios';

/** The value of `message=` for a DER message. */
export function encodeMessageParameter(message: Uint8Array, style: MessageStyle = 'rfc8894'): string {
  const base64 = Buffer.from(message).toString('base64');
  return encodeURIComponent(style === 'ios' ? base64.replace(/.{1,64}/g, '$&\n') : base64);
}

export interface GetUrlOptions {
  /** The URL of the service; a query it already has is kept. */
  readonly url: string;
  readonly operation: ScepOperation;
  /** A CA identifier (IOS: the trustpoint's name) or the DER of a pkiMessage. */
  readonly message?: string | Uint8Array;
  readonly style?: MessageStyle;
}

/** The URL of a GET. The URL given is not normalized: what stands before the query is sent as it is. */
export function buildGetUrl({ url, operation, message, style = 'rfc8894' }: GetUrlOptions): string {
  const base = url.replace(/#.*$/, '');
  const value = typeof message === 'object' ? encodeMessageParameter(message, style) : message;
  const parameter = typeof message === 'string' ? encodeURIComponent(message) : value;
  const query = `operation=${operation}${parameter === undefined ? '' : `&message=${parameter}`}`;
  return `${base}${base.includes('?') ? '&' : '?'}${query}`;
}

/**
 * The URL an IOS router makes of its `enrollment url`: `/pkiclient.exe` is appended to the path, and
 * `/cgi-bin/pkiclient.exe` to a URL without a path (IOS command reference, `enrollment url`).
 */
export function iosPkiClientUrl(enrollmentUrl: string): string {
  const bare = enrollmentUrl.replace(/\/+$/, '');
  const hasPath = /^[a-z]+:\/\/[^/]+\/./i.test(bare);
  if (/\/pkiclient\.exe$/i.test(bare)) return bare;
  return `${bare}${hasPath ? '' : '/cgi-bin'}/pkiclient.exe`;
}
