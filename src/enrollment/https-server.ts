import { maskedText } from '../domain/config-line.ts';
import type { Trustpoint } from '../domain/trustpoint.ts';
import type { RenderedBlock } from '../template/render.ts';
import type { Observation } from './observation.ts';
import type { Action } from './plan.ts';

type Beside = Extract<Action, { kind: 'configure-beside' }>;

/**
 * The lines with which the router's HTTPS server shows a trustpoint's certificate, as far as they are missing; undefined
 * where nobody wants it or they are all there. Pure.
 */
export function planHttps(
  { name }: Trustpoint,
  { https }: Pick<Observation, 'https'>,
  blocks: readonly RenderedBlock[],
): Beside | undefined {
  const wanted = blocks.find((block) => block.name === 'https-server')?.lines ?? [];
  const lines = wanted.filter((line) => !(https ?? []).includes(tidy(maskedText(line))));
  if (lines.length === 0) return undefined;
  return {
    kind: 'configure-beside',
    why: 'the HTTPS server does not show its certificate',
    trustpoint: name,
    about: 'HTTPS server',
    lines,
    needsCertificate: true,
  };
}

/** What of these lines a router lacks, whatever template typed them. */
export function missingHttps(
  { name }: Pick<Trustpoint, 'name'>,
  { https = [] }: Pick<Observation, 'https'>,
): readonly string[] {
  return [`ip http secure-trustpoint ${name}`, 'ip http secure-server'].filter(
    (line) => !https.includes(line),
  );
}

function tidy(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}
