import { maskConfigSecrets } from '../../log/mask-config.ts';
import type { Observation } from '../observation.ts';
import type { Heard } from './heard.ts';

/** One file of a device's backup, below its folder. */
export interface BackupFile {
  /** `show-clock-detail.txt`, `certificates/BRANCH.identity.0A0B.der`. */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/**
 * What a router was before it was changed: what it said to every show command so far, as it said it, but with the
 * secrets of configuration lines masked; and the DER of every certificate in its running configuration. Pure.
 */
export function backupFiles(heard: Heard, { running }: Pick<Observation, 'running'>): readonly BackupFile[] {
  return [
    ...[...heard].map(([command, text]) => ({
      name: `${slug(command)}.txt`,
      content: `! ${command}\n${maskConfigSecrets(text.trimEnd())}\n`,
    })),
    ...running.chains.flatMap(({ trustpoint, certificates }) =>
      certificates.flatMap(({ kind, serial, der }) =>
        der === undefined
          ? []
          : [{ name: `certificates/${slug(trustpoint)}.${kind}.${slug(serial)}.der`, content: der }],
      ),
    ),
  ];
}

function slug(text: string): string {
  return text.replace(/[^\w.]+/g, '-').replace(/^[-.]+|-+$/g, '');
}
