import { createHash } from 'node:crypto';

/** A pin that only the certificate with this DER has. */
export function sha256Of(der: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(der).digest('hex')}`;
}
