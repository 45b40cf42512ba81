import { isIPv6 } from 'node:net';

/**
 * A host of a URL, with or without brackets, in the one form by which two spellings of it can be compared: routers print
 * `2001:DB8::9` for `2001:db8:0::9` (RFC 5952 has the other form).
 */
export function canonicalHost(host: string): string {
  const bare = host.replace(/^\[(?<address>.*)\]$/, '$<address>').toLowerCase();
  return isIPv6(bare) && !bare.includes('%') ? new URL(`http://[${bare}]`).hostname.slice(1, -1) : bare;
}
