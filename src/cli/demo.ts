import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeviceResult } from '../domain/result.ts';
import { Lab } from '../lab/lab.ts';
import { openTerminal, type Terminal } from '../report/terminal.ts';
import type { CommandContext } from './commands.ts';
import { demoProof, type Proof } from './demo-proof.ts';
import type { ExitCode } from './exit-code.ts';
import { redact } from './thrown.ts';

/** One act of the demo: a command as a user types it, and what it has to bring. */
interface Act {
  readonly title: string;
  readonly argv: readonly string[];
  /** 1: one router is refused on purpose. */
  readonly expectedExit: number;
  readonly check: (devices: readonly DeviceResult[]) => readonly string[];
}

const INTERCEPTED = 'br-0011';
const DUE = 'br-0006';
const ENROLLED_BEFORE = 'br-0004';

/**
 * Starts a lab of twelve routers and lets the built command work on it, each act a process of its own, as a user would.
 * Everything shown is real: SSH, SCEP, keys and certificates. Ends with the proof; exit code 1 when any of it fails.
 */
export async function run({ options, io }: CommandContext): Promise<ExitCode> {
  const terminal = openTerminal(io.stdout, { env: io.env, redact, color: options.color });
  const { write, style } = terminal;
  const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-demo-'));
  try {
    write(['', style.strong('Starting the lab: 12 virtual routers behind real SSH, and an NDES-like CA …')]);
    await using lab = await Lab.create({ dir, routers: 12, ca: 'ndes', scenario: 'demo', now: io.now });
    write(
      lab.routers.flatMap(({ name, role }) => (role.story === undefined ? [] : [`  ${name}  ${role.story}`])),
    );
    const wrong: string[] = [];
    for (const act of ACTS) wrong.push(...(await play(act, dir, terminal, io.env)));
    const proof = demoProof(lab, INTERCEPTED);
    show(proof, terminal);
    wrong.push(...proof.wrong);
    if (wrong.length > 0) {
      write(['', ...wrong.map((line) => style.bad(`not as promised: ${line}`))]);
      return 1;
    }
    write([
      '',
      style.good('11 routers hold the right certificates: every check and the CA’s records agree.'),
      `${INTERCEPTED} was refused on purpose: a CA with another fingerprint answered it,`,
      'and it accepted nothing.',
      '',
    ]);
    return 0;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const ACTS: readonly Act[] = [
  {
    title: 'Enroll the fleet',
    argv: ['enroll'],
    expectedExit: 1,
    check: (devices) => [
      ...expectOutcomes(devices, (name) =>
        name === INTERCEPTED ? 'failed' : name === ENROLLED_BEFORE || name === DUE ? 'unchanged' : 'verified',
      ),
      ...devices
        .filter(({ device, error }) => device === INTERCEPTED && error?.code !== 'fingerprint-mismatch')
        .map(
          ({ device, error }) =>
            `${device} failed as ${error?.code ?? 'nothing'}, not as fingerprint-mismatch`,
        ),
    ],
  },
  {
    title: 'Renew what ends within 30 days',
    argv: ['renew', '--before', '30d', '--limit', `!${INTERCEPTED}`],
    expectedExit: 0,
    check: (devices) => expectOutcomes(devices, (name) => (name === DUE ? 'verified' : 'unchanged')),
  },
  {
    title: 'Enroll again: nothing is left to do',
    argv: ['enroll', '--limit', `!${INTERCEPTED}`],
    expectedExit: 0,
    check: (devices) => expectOutcomes(devices, () => 'unchanged'),
  },
];

/** Runs one command with this program's own main file. Returns what was not as promised. */
async function play(
  { title, argv, expectedExit, check }: Act,
  dir: string,
  { write, style }: Terminal,
  env: CommandContext['io']['env'],
): Promise<readonly string[]> {
  write(['', style.strong(`── ${title}`), style.dim(`$ trustfleet ${argv.map(quoted).join(' ')}`), '']);
  const result = path.join(dir, `${argv[0]}.json`);
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const exit = await new Promise<number | null>((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...argv, '--json', result], {
      cwd: dir,
      env: { ...env },
      stdio: 'inherit',
    });
    child.once('error', reject);
    child.once('close', resolve);
  });
  const { devices } = JSON.parse(await readFile(result, 'utf8')) as { devices: readonly DeviceResult[] };
  const wrongExit =
    exit === expectedExit ? [] : [`${argv[0]} ended with exit code ${exit}, not ${expectedExit}`];
  return [...wrongExit, ...check(devices)];
}

/** As a shell wants it: `!` and `*` mean something to most of them. */
function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word}'`;
}

function expectOutcomes(
  devices: readonly DeviceResult[],
  expected: (name: string) => DeviceResult['outcome'],
): readonly string[] {
  return devices
    .filter(({ device, outcome }) => outcome !== expected(device))
    .map(
      ({ device, outcome, error }) =>
        `${device} is ${outcome}, not ${expected(device)}${error === undefined ? '' : ` (${error.message})`}`,
    );
}

function show({ rows }: Proof, { write, style }: Terminal): void {
  write([
    '',
    style.strong('── The proof: what the routers hold, against what the CA issued'),
    ...rows.map((row, index) => (index === 0 ? style.dim(row) : row)),
  ]);
}
