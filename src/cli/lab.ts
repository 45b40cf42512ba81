import path from 'node:path';
import { InputError } from '../domain/errors.ts';
import { DEFAULT_RELEASE, Lab, type LabRouter } from '../lab/lab.ts';
import { PERSONALITIES } from '../lab/router/personality.ts';
import { openTerminal } from '../report/terminal.ts';
import { makeFolder } from '../run/state/make-folder.ts';
import type { CommandContext } from './commands.ts';
import type { ExitCode } from './exit-code.ts';
import { inFolder } from './io.ts';
import { labCast, labRouters } from './lab-cast.ts';
import { codeOf } from './run-folder.ts';
import { redact } from './thrown.ts';

/** Starts the lab, says what to type next, and waits for Ctrl-C. */
export async function run({ options, io }: CommandContext): Promise<ExitCode> {
  const dir = inFolder(io, options.dir);
  makeLabFolder(dir);
  const { write, style } = openTerminal(io.stdout, { env: io.env, redact, color: options.color });
  const shape = labRouters(options);
  const cast = labCast(options.fault ?? [], shape.routers);
  const stopped = new Promise<void>((resolve) => {
    io.onSignal(() => resolve());
  });
  const startedAt = performance.now();
  await using lab = await Lab.create({
    dir,
    ...shape,
    cast,
    ca: options.ca === 'generic' || options.ca === 'ios-cs' ? options.ca : 'ndes',
    tiers: tiersOf(options.tiers),
    approval: options.approval === 'manual' ? 'manual' : 'automatic',
    nextCa: options.nextCa,
    seed: options.seed,
    scenario: options.scenario === 'demo' ? 'demo' : 'plain',
    now: io.now,
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  write([
    style.strong(
      `The lab is ready: ${lab.routers.length} virtual routers and a CA, started in ${seconds} s.`,
    ),
    'This is a lab: nothing in it is real, its keys are made anew at each start,',
    'and it listens on loopback only.',
    '',
    `  routers   ${describePorts(lab)}`,
    ...describeCa(lab),
    ...lab.routers.flatMap(({ name, role }) => storyOf(role).map((story) => `  ${name}   ${story}`)),
    '',
    'In another terminal:',
    `  cd ${dir}`,
    '  trustfleet check',
    '  trustfleet enroll',
    '  trustfleet verify',
    `  ${sshCommand(lab)}   # password: cat ${path.join('secrets', 'login')}`,
    '',
    'Ctrl-C ends it.',
  ]);
  await stopped;
  write(['The lab is closed.']);
  return 0;
}

function tiersOf(tiers: string): 1 | 2 | 3 {
  return tiers === '3' ? 3 : tiers === '2' ? 2 : 1;
}

function describeCa(lab: Lab): readonly string[] {
  const { hub } = lab;
  if (hub !== undefined) return [`  CA        hub-1 127.0.0.1:${hub.port}, SCEP at ${hub.serverUrl}`];
  const { ca } = lab;
  return [
    `  CA        ${ca.enrollmentUrl}`,
    ...ca.parents.map(({ enrollmentUrl }) => `            below ${enrollmentUrl}`),
    ...(ca.profile === 'ndes' ? [`  NDES      ${ca.adminUrl}`] : []),
    `  pins      ${ca.authority.pins.join('\n            ')}`,
  ];
}

function makeLabFolder(dir: string): void {
  try {
    makeFolder(dir, 0o700);
  } catch (error) {
    throw new InputError([
      { file: dir, key: '--dir', message: `the folder cannot be made (${codeOf(error)})` },
    ]);
  }
}

/** How a person logs in: at a router of modern algorithms, if there is one. */
function sshCommand({ routers }: Lab): string {
  const isModern = ({ role }: LabRouter): boolean => PERSONALITIES[role.release].ssh === 'modern';
  const shown = routers.find(isModern) ?? routers[0];
  const old =
    shown === undefined || isModern(shown)
      ? ''
      : ' -o KexAlgorithms=+diffie-hellman-group14-sha1,diffie-hellman-group1-sha1 -o HostKeyAlgorithms=+ssh-rsa -o Ciphers=+aes128-cbc';
  return `ssh -p ${shown?.router.port ?? ''} -o UserKnownHostsFile=known_hosts${old} netops@127.0.0.1`;
}

function describePorts({ routers }: Lab): string {
  const shown = routers.slice(0, 3).map(({ name, router }) => `${name} 127.0.0.1:${router.port}`);
  return routers.length > shown.length
    ? `${shown.join(', ')}, and ${routers.length - shown.length} more`
    : shown.join(', ');
}

/** What a person should know about a router before wondering. */
function storyOf({ release, story, faults, state }: LabRouter['role']): readonly string[] {
  const odd = [
    ...faults.map((fault) => (typeof fault === 'string' ? fault : fault.name)),
    state ?? [],
  ].flat();
  const parts = [
    ...(release === DEFAULT_RELEASE ? [] : [release]),
    ...(story === undefined ? [] : [story]),
    ...odd,
  ];
  return parts.length === 0 ? [] : [parts.join(', ')];
}
