/** Bytes to and from a device. ssh2 stands behind it in production, a script of bytes in tests. */
export interface Transport {
  write(bytes: string): void;
  /** One listener; called with each read as it arrives, split anywhere, even inside a UTF-8 character. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** One listener; called once, with the reason when the connection broke by itself. */
  onClose(listener: (reason?: Error) => void): void;
  /** Ends the connection; safe to call twice. */
  close(): void;
}
