import type { KeyObject } from 'node:crypto';
import { examine } from '../doctor/examine.ts';
import { lookAtAuthority } from '../doctor/look.ts';
import { type ChallengeLookOptions, lookAtChallenge } from '../doctor/look-challenge.ts';
import { makePollKey } from '../doctor/poll.ts';
import { type Wants, wantsOf } from '../doctor/wants.ts';
import type { Device } from '../domain/device.ts';
import { DeviceError, InputError } from '../domain/errors.ts';
import { loadInventory } from '../inventory/load.ts';
import { checkSecrets, openSecrets } from '../inventory/secrets.ts';
import { openTerminal } from '../report/terminal.ts';
import { askSecret } from './ask.ts';
import type { CommandContext } from './commands.ts';
import { doctorJson } from './doctor-json.ts';
import { drawDoctor, type Examined } from './doctor-text.ts';
import type { ExitCode } from './exit-code.ts';
import { inFolder } from './io.ts';
import { lastSeen, type Remembered } from './last-seen.ts';
import { requireInventoryKept, writtenBy } from './own-files.ts';
import { resultTarget } from './result-file.ts';
import { chosenDevices, tellWarnings } from './selection.ts';
import { redact } from './thrown.ts';

/** Looks at the CAs of the selected devices. Throws InputError when inventory, state or options cannot be used. */
export async function run({ options, io }: CommandContext): Promise<ExitCode> {
  const look = { env: io.env, redact, color: options.color };
  const target = options.json === undefined ? undefined : await resultTarget(options.json, io);
  const said = openTerminal(io.stderr, look);
  const inventory = await loadInventory(inFolder(io, options.inventory));
  await requireInventoryKept(inventory, writtenBy(options, io));
  tellWarnings(inventory.warnings, said);
  const devices = chosenDevices(inventory, options);
  const remembered = await lastSeen(inFolder(io, options.state), devices, io.now());
  const all = wantsOf(devices, remembered.devices, options.release);
  if (all.length === 0) throw nothingToDo(options.inventory);
  if (options.challenge) await openAccounts(all, io);

  const key = await makePollKey();
  const stopping = new AbortController();
  const release = io.onSignal(() => stopping.abort(new DeviceError('interrupted', 'stopped by Ctrl-C')));
  try {
    const examined = await Promise.all(
      all.map((wants) =>
        examineOne(wants, { remembered, visit: options.challenge, key, signal: stopping.signal, io }),
      ),
    );
    await target?.write(doctorJson(examined, io.now()));
    const terminal = target?.takesStdout === true ? said : openTerminal(io.stdout, look);
    terminal.write(drawDoctor(examined, { width: terminal.columns(), style: terminal.style }));
    return examined.some(({ findings }) => findings.some(({ status }) => status === 'fail')) ? 1 : 0;
  } finally {
    release();
  }
}

interface Surroundings {
  readonly remembered: Remembered;
  readonly visit: boolean;
  readonly key: KeyObject;
  readonly signal: AbortSignal;
  readonly io: CommandContext['io'];
}

async function examineOne(
  wants: Wants,
  { remembered, visit, key, signal, io }: Surroundings,
): Promise<Examined> {
  const { name } = wants.authority;
  const problem = secretProblem(wants, io);
  const source: ChallengeLookOptions = {
    now: io.now,
    signal,
    visit,
    unspent: remembered.unspent.get(name) ?? 0,
    ...(problem === undefined ? {} : { secretProblem: problem }),
  };
  const facts = await lookAtAuthority(wants, {
    now: io.now,
    signal,
    key,
    challenge: () => lookAtChallenge(wants, source),
  });
  return { wants, facts, findings: examine(wants, facts, io.now()) };
}

/** The secrets of challenge sources, and no other of the devices'. */
function withChallengeOnly(wants: Wants): readonly Device[] {
  const [user] = wants.users;
  if (user === undefined) return [];
  const { device, trustpoint } = user;
  const { username, knownHosts, algorithms } = device.ssh;
  return [
    {
      ...device,
      ssh: { username, knownHosts, algorithms },
      clock: { ...device.clock, ntp: { ...device.clock.ntp, keys: [] } },
      trustpoints: [trustpoint],
    },
  ];
}

function secretProblem(wants: Wants, { env }: Pick<CommandContext['io'], 'env'>): string | undefined {
  const [problem] = checkSecrets(withChallengeOnly(wants), { env });
  return problem?.message;
}

/** Throws InputError when an account cannot be had. */
function openAccounts(all: readonly Wants[], io: CommandContext['io']): Promise<void> {
  const devices = all
    .filter(({ authority }) => authority.challenge.kind === 'ndes')
    .flatMap(withChallengeOnly);
  return openSecrets(devices, { env: io.env, ask: (text) => askSecret(text, io) });
}

function nothingToDo(file: string): InputError {
  const hint = 'doctor looks at the CAs that trustpoints of the selected devices name';
  return new InputError([{ file, message: 'the selected devices have no trustpoint', hint }]);
}
