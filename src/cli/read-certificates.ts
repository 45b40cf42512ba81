import path from 'node:path';
import { createChallengeSources } from '../challenge/sources.ts';
import { JumpHostPool } from '../dialogue/jump-hosts.ts';
import { SshMemoryFolder } from '../dialogue/ssh-memory.ts';
import type { CertificateSummary } from '../domain/result.ts';
import { assessDevice } from '../enrollment/job.ts';
import { RevocationLookup } from '../enrollment/revocation.ts';
import { openSecrets } from '../inventory/secrets.ts';
import { redactEvents } from '../report/redacted.ts';
import type { Terminal } from '../report/terminal.ts';
import { compileLate } from '../run/compile-late.ts';
import { runFleet } from '../run/run.ts';
import { askSecret } from './ask.ts';
import { progressViews } from './fleet-command.ts';
import { type Io, inFolder } from './io.ts';
import type { OptionValues } from './options.ts';
import { runRules } from './run-rules.ts';
import { type FleetSelection, requireRenderable } from './selection.ts';
import { stopOnSignals } from './stop.ts';
import { redact } from './thrown.ts';

/** What was read, of the devices that could be. */
export interface CertificatesRead {
  readonly held: ReadonlyMap<string, readonly CertificateSummary[]>;
  readonly interrupted: boolean;
}

/** Asks every device what it holds, with show commands only. Nothing is written to the state directory's runs. */
export async function readCertificates(
  { devices, renderer, limits }: FleetSelection,
  options: OptionValues,
  io: Io,
  progress: Terminal,
): Promise<CertificatesRead> {
  await openSecrets(devices, { env: io.env, ask: (text) => askSecret(text, io) });
  requireRenderable({ devices, renderer });
  const {
    batches: _batches,
    between: _between,
    maxFail: _maxFail,
    ...pace
  } = runRules(options, { devices, limits }, io, progress);
  compileLate();
  const jumpHosts = new JumpHostPool();
  const stop = stopOnSignals(io, (text) => progress.write([text]));
  const shared = {
    renderer,
    challenges: createChallengeSources({ now: io.now }),
    acceptNewHostKeys: options.acceptNewHostKeys,
    allowOverwriteNvram: false,
    consents: () => new Set<never>(),
    jumpHosts,
    revocationLookup: new RevocationLookup(),
    sshMemory: new SshMemoryFolder(path.join(inFolder(io, options.state), 'ssh')),
    now: io.now,
  };
  const held = new Map<string, readonly CertificateSummary[]>();
  try {
    const { interrupted } = await runFleet({
      command: 'renew, reading',
      devices,
      job: async (device, hooks) => {
        const result = await assessDevice(device, { ...shared, ...hooks });
        // A device that is in conflict, or whose certificate has ended, was read all the same.
        if (result.steps.some(({ step, outcome }) => step === 'observe' && outcome === 'done')) {
          held.set(device.name, result.certificates);
        }
        return result;
      },
      ...pace,
      signal: stop.signal,
      reporters: (await progressViews(options, io, progress)).map((view) => redactEvents(view, redact)),
      now: io.now,
    });
    return { held, interrupted };
  } finally {
    jumpHosts.close();
    stop.release();
  }
}
