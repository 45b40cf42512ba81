/** An HTTP request as far as SCEP looks at it. */
export interface ScepHttpRequest {
  readonly method: string;
  /** What follows `?` in the request line, not decoded; empty when there is none. */
  readonly rawQuery: string;
  /** The body of a POST; its Content-Type is not looked at, clients disagree on it. */
  readonly body?: Uint8Array;
}

export interface ScepHttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** Content-Length always: IOS complains without it. One request a connection is all that old routers know. */
export function answer(status: number, contentType: string, body: Uint8Array): ScepHttpResponse {
  return {
    status,
    headers: {
      'Content-Type': contentType,
      'Content-Length': String(body.length),
      Connection: 'close',
    },
    body,
  };
}

export function textAnswer(status: number, text: string): ScepHttpResponse {
  return answer(status, 'text/plain', new Uint8Array(Buffer.from(text, 'utf8')));
}
