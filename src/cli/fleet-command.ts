import path from 'node:path';
import { createChallengeSources } from '../challenge/sources.ts';
import { JumpHostPool } from '../dialogue/jump-hosts.ts';
import { SshMemoryFolder } from '../dialogue/ssh-memory.ts';
import type { Device } from '../domain/device.ts';
import type { FleetLimit } from '../domain/fleet-limit.ts';
import { CaLookup } from '../enrollment/ca-lookup.ts';
import { CaRouters } from '../enrollment/ca-router/ca-routers.ts';
import { serverGrants } from '../enrollment/ca-router/server-grants.ts';
import { serverMint } from '../enrollment/ca-router/server-mint.ts';
import { Couriers } from '../enrollment/couriers.ts';
import type { JobOptions } from '../enrollment/job.ts';
import { KeptTransactions } from '../enrollment/methods/kept-transactions.ts';
import { TftpServers } from '../enrollment/methods/tftp-files.ts';
import { RevocationLookup } from '../enrollment/revocation.ts';
import { openSecrets, rereadSecret } from '../inventory/secrets.ts';
import { CERTIFICATES, CertificateFolder } from '../report/certificate-folder.ts';
import { wrap } from '../report/columns.ts';
import { createJsonReport } from '../report/json.ts';
import { asJsonLines, createJsonLines } from '../report/json-lines.ts';
import { createLabelFile } from '../report/label-file.ts';
import { labelsOf } from '../report/labels.ts';
import { createFileReport } from '../report/material.ts';
import { writePrivately } from '../report/private-file.ts';
import { redactEvents } from '../report/redacted.ts';
import { RESULT_FILE, transcriptReader } from '../report/saved-run.ts';
import { createSummary } from '../report/summary.ts';
import { openTerminal, type Terminal } from '../report/terminal.ts';
import { createPlainView } from '../report/terminal-plain.ts';
import { compileLate } from '../run/compile-late.ts';
import type { DeviceJob } from '../run/device-job.ts';
import type { Reporter } from '../run/events.ts';
import { multiplex, type ReporterFault } from '../run/multiplex.ts';
import type { RunResult } from '../run/result.ts';
import { runFleet } from '../run/run.ts';
import { BACKUPS, BackupFolder } from '../run/state/backup-folder.ts';
import { RunLedger } from '../run/state/challenge-ledger.ts';
import { openJournal, withJournal } from '../run/state/journal.ts';
import { StateStore } from '../run/state/store.ts';
import { askSecret } from './ask.ts';
import { caRoutersOf } from './ca-routers.ts';
import type { CommandContext } from './commands.ts';
import { consentsOf } from './consents.ts';
import { type ExitCode, exitCodeOf } from './exit-code.ts';
import { type Io, inFolder } from './io.ts';
import { narrowed } from './last.ts';
import type { OptionValues } from './options.ts';
import { reportFiles } from './report-files.ts';
import { type ResultTarget, resultTarget } from './result-file.ts';
import { makeTranscriptFolder, newRunId } from './run-folder.ts';
import { type RunRules, runRules } from './run-rules.ts';
import { loadSelection, requireRenderable } from './selection.ts';
import { stopOnSignals } from './stop.ts';
import { type RunSettings, settingsOf, takeOver } from './taken-over.ts';
import { redact } from './thrown.ts';
import { unspentLines } from './unspent.ts';
import { VERSION } from './version.ts';

/** What every device's job is given; the run adds the signal and the steps. */
export type SharedJobOptions = Omit<JobOptions, 'signal' | 'onStep' | 'attempt'>;

/** The fleet before it is worked on, for a command that has to look at all of it first. */
export interface FleetInHand {
  readonly devices: readonly Device[];
  readonly limits: readonly FleetLimit[];
  readonly tell: (lines: readonly string[]) => void;
  /** Works through the fleet with a job that only reads: nothing is written down, and no budget stops it. */
  readonly read: (what: string, job: DeviceJob) => Promise<RunResult>;
}

/** A run that is about to begin. */
export interface RunAtHand {
  readonly id: string;
  /** `<state>/runs/<id>`. */
  readonly folder: string;
  readonly devices: readonly Device[];
  readonly rules: RunRules;
  /** Where the result belongs for a person. */
  readonly terminal: Terminal;
  /** Where `--json` puts it. */
  readonly target: ResultTarget | undefined;
}

/** What a command does otherwise than the others. */
export interface FleetVariation {
  /** Takes devices out of the selection, and tells why. Throws InputError. None left: nothing is begun. */
  readonly choose?: (
    devices: readonly Device[],
    limits: readonly FleetLimit[],
  ) => { readonly devices: readonly Device[]; readonly told: readonly string[] };
  readonly rules?: Partial<RunRules>;
  /** What the run that continues this one has to know beside the options. */
  readonly settings?: RunSettings;
  /** Puts what belongs to the run into its folder, before anything is connected. */
  readonly keep?: (folder: string) => Promise<void>;
  /** In place of the table and the JSON of the result. */
  readonly reporters?: (run: RunAtHand) => readonly Reporter[];
}

/** Commands that only read: they share their devices with whoever works on them. */
/** In the state directory: requests that CAs have not answered. */
const TRANSACTIONS = 'scep';
const READING: ReadonlySet<string> = new Set(['verify', 'plan']);

/**
 * What enroll, renew and verify have in common: everything that can be wrong is found before the first connection,
 * then the fleet is worked through and reported. Throws InputError when the input is wrong.
 */
export async function runFleetCommand(
  command: string,
  { options: asked, given = new Set(), io }: CommandContext,
  jobWith: (shared: SharedJobOptions, fleet: FleetInHand) => DeviceJob | Promise<DeviceJob>,
  variation: FleetVariation = {},
): Promise<ExitCode> {
  compileLate();
  const look = { env: io.env, redact, color: asked.color };
  const stderr = openTerminal(io.stderr, look);
  const progress = asked.progress === 'json' ? asJsonLines(stderr, io.now) : stderr;
  const target = asked.json === undefined ? undefined : await resultTarget(asked.json, io);
  const files = await reportFiles(asked, io);
  const { devices: all, renderer, limits, inventory } = await loadSelection(asked, io, progress);
  const selected = variation.choose?.(all, limits) ?? { devices: all, told: [] };
  progress.write(selected.told);
  if (selected.devices.length === 0) return 0;
  const state = inFolder(io, asked.state);
  using store = StateStore.open(state);
  const { devices, resumes, settings, told } = narrowed(selected.devices, asked, store, io.now());
  const { options, told: taken } = takeOver(asked, given, settings ?? {}, devices);
  progress.write([
    ...told,
    ...(taken.length === 0 ? [] : wrap(`Taken over from it: ${taken.join(' ')}`, progress.columns() - 1)),
  ]);
  const rules = { ...runRules(options, { devices, limits }, io, progress), ...variation.rules };
  const consents = consentsOf(options, devices);
  const caDevices = READING.has(command) ? [] : caRoutersOf(devices, inventory.devices);
  await openSecrets([...new Set([...devices, ...caDevices])], {
    env: io.env,
    ask: (text) => askSecret(text, io),
  });
  // Once more: only now is it known whether the secrets themselves can be typed.
  requireRenderable({ devices, renderer });
  const id = newRunId(command, io.now());
  using journal = openJournal(store, {
    id,
    command,
    devices: devices.map(({ name }) => name),
    exclusive: !READING.has(command),
    now: io.now,
    ...(resumes === undefined ? {} : { resumes }),
    settings: { ...settingsOf(options, devices), ...variation.settings },
  });
  await variation.keep?.(journal.folder);
  const ledger = new RunLedger(store, id, io.now);
  ledger.forget(options.forgetChallenge ?? []);
  const transcriptDir = await makeTranscriptFolder(state, id);

  const faults: ReporterFault[] = [];
  const certificates = new CertificateFolder(path.join(journal.folder, CERTIFICATES));
  const labels = labelsOf(devices, redact);
  const subject = {
    run: { id, version: VERSION },
    labels,
    transcriptOf: transcriptReader(transcriptDir, redact),
  };
  const terminal = target?.takesStdout === true ? progress : openTerminal(io.stdout, look);
  const reporters = [
    ...(await progressViews(options, io, progress)),
    ...(variation.reporters?.({ id, folder: journal.folder, devices, rules, terminal, target }) ?? [
      createSummary(terminal),
      ...(target === undefined ? [] : [createJsonReport({ id, version: VERSION }, target.write)]),
    ]),
    journal.reporter,
    createJsonReport({ id, version: VERSION }, (json) =>
      writePrivately(path.join(journal.folder, RESULT_FILE), json),
    ),
    createLabelFile(journal.folder, labels),
    ...files.map(({ write }) => createFileReport(subject, write)),
  ];
  const reporter = redactEvents(
    multiplex(reporters, (fault) => faults.push(fault)),
    redact,
  );
  const { acceptNewHostKeys, allowOverwriteNvram } = options;
  const jumpHosts = new JumpHostPool();
  const sshMemory = new SshMemoryFolder(path.join(state, 'ssh'));
  const backups = new BackupFolder({ folder: path.join(state, BACKUPS, id), redact });
  const stop = stopOnSignals(io, (text) => progress.write([text]));
  const caRouters = new CaRouters({
    devices: caDevices,
    acceptNewHostKeys,
    sshMemory,
    jumpHosts,
    transcriptDir,
    now: io.now,
    signal: stop.signal,
  });
  const challenges = createChallengeSources({
    now: io.now,
    ledger: (service) => ledger.of(service),
    reread: rereadSecret,
    serverMint: (_authority, spec) => serverMint(caRouters, spec),
    onSlots: (authority, used, capacity, waiting, fullUntil) =>
      reporter.onEvent({
        type: 'challenge-slots',
        authority,
        used,
        capacity,
        waiting,
        ...(fullUntil === undefined ? {} : { fullUntil }),
        at: io.now(),
      }),
  });
  try {
    const shared: SharedJobOptions = {
      renderer,
      challenges,
      acceptNewHostKeys,
      allowOverwriteNvram,
      consents,
      transcriptDir,
      jumpHosts,
      sshMemory,
      serverGrants: serverGrants(caRouters),
      ...(rules.wait === undefined ? {} : { waitMs: rules.wait.forMs }),
      couriers: new Couriers({
        now: io.now,
        transactions: new KeptTransactions(path.join(state, TRANSACTIONS)),
      }),
      tftp: new TftpServers(),
      caLookup: new CaLookup(),
      revocationLookup: new RevocationLookup(),
      keepCertificate: (der) => certificates.keep(der),
      backUp: (device, backup) => backups.keep(device, backup),
      now: io.now,
      monotonic: io.monotonic,
    };
    const { batches: _batches, between: _between, maxFail: _maxFail, wait: _wait, ...pace } = rules;
    const job = await jobWith(shared, {
      devices,
      limits,
      tell: progress.write,
      read: async (what, reading) =>
        runFleet({
          command: what,
          devices,
          job: reading,
          ...pace,
          signal: stop.signal,
          reporters:
            options.progress === 'json'
              ? []
              : (await progressViews(options, io, progress)).map((view) => redactEvents(view, redact)),
          onReporterFault: (fault) => faults.push(fault),
          now: io.now,
          monotonic: io.monotonic,
        }),
    });
    const result = await runFleet({
      command,
      devices,
      job: withJournal(job, journal),
      ...rules,
      signal: stop.signal,
      reporters: [reporter],
      resultOf: (device) => journal.resultOf(device),
      onReporterFault: (fault) => faults.push(fault),
      now: io.now,
      monotonic: io.monotonic,
    });
    const unwritten = [
      ...journal.faults(),
      ...(certificates.fault === undefined ? [] : [certificates.fault]),
    ];
    tellFaults(faults, progress, target);
    const lost = journal.isGone
      ? [goneState(state)]
      : unwritten.map((fault) => `the state directory is behind: ${fault}`);
    progress.write(lost.map(progress.style.bad));
    progress.write(unspentLines(store, id, { now: io.now(), width: progress.columns() - 1 }));
    const code = exitCodeOf(result);
    return code === 0 && faults.length + lost.length > 0 ? 1 : code;
  } finally {
    await caRouters.close();
    jumpHosts.close();
    stop.release();
  }
}

/** Nothing of the run is kept; what was read before may still be told. */
function goneState(state: string): string {
  return (
    `the state directory ${state} was removed, or put out of reach, while the run was at work: no step was begun on ` +
    'any router after that, and the run is told of here only. Put the directory back from a backup if there is one; then ' +
    'run the same command again: it reads the routers and continues'
  );
}

/** What shows a run while it is at work. */
export async function progressViews(
  { progress }: OptionValues,
  io: Io,
  terminal: Terminal,
): Promise<Reporter[]> {
  if (progress === 'none') return [];
  if (progress === 'json') return [createJsonLines(terminal)];
  if (progress === 'plain' || !terminal.canRedraw) return [createPlainView(terminal)];
  const { createLiveView } = await import('../report/terminal-live.ts');
  return [createLiveView(terminal, io.now)];
}

function tellFaults(
  faults: readonly ReporterFault[],
  { write, style }: Terminal,
  target: ResultTarget | undefined,
): void {
  write(
    faults.map(({ error }) => {
      const what = target === undefined ? 'a report failed' : 'a report failed (see --json)';
      return style.bad(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }),
  );
}
