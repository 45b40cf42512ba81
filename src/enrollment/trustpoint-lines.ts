import { type ConfigLine, maskedText } from '../domain/config-line.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import { isTrustpointBlock } from '../template/blocks.ts';
import type { RenderedBlock } from '../template/render.ts';
import type { TrustpointView } from './observation.ts';

/** The lines that a trustpoint is to have, below its first one. */
export function wantedLines(blocks: readonly RenderedBlock[]): readonly ConfigLine[] {
  return blocks.find(({ name }) => isTrustpointBlock(name))?.lines.slice(1) ?? [];
}

/** What a router writes into a trustpoint by itself when it imports a PKCS#12 file. */
export function isWrittenByRouter(line: ConfigLine): boolean {
  return maskedText(line).trim() === 'enrollment pkcs12';
}

/** Whether a request may be made with the lines as they are: by this run, or by the router's own renewal. */
export function isRequestAhead(
  trustpoint: Trustpoint,
  view: TrustpointView,
  certificateWillChange: boolean,
): boolean {
  const isAsked = view.identity !== undefined || view.stage === 'pending';
  return certificateWillChange || !isAsked || trustpoint.autoEnroll !== undefined;
}

/** New keys at a renewal are the router's own business: `regenerate` keeps the old key until the grant. */
export function regenerateLine(
  trustpoint: Trustpoint,
  foreign: readonly string[],
  renewal: boolean,
): readonly ConfigLine[] {
  if (!renewal || trustpoint.renew.keys !== 'regenerate' || foreign.includes('regenerate')) return [];
  return [{ parts: ['regenerate'] }];
}
