/** How long an operator waits for nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { measure, type Program } from '../measure.ts';
import { ANSIBLE, ROOT, STEP, whyMissing } from '../peers.ts';
import { inTurn, type Race } from '../race.ts';

const MAIN = path.join(ROOT, 'dist/cli/main.js');
const INVENTORY = `defaults:
  domain: branch.example.net
  ssh: { username: netops, password: { env: BENCH_LOGIN } }
  clock: { ntp: [192.0.2.1] }
  trustpoints: [BRANCH]
authorities:
  branch-ca:
    scep: { url: "http://ndes.example.net/certsrv/mscep/mscep.dll" }
    fingerprint: "SHA1:5A:10:0C:6B:F2:1D:97:44:8E:03:BC:71:2F:E8:39:D5:60:AA:17:4C"
    challenge: { env: BENCH_CHALLENGE }
trustpoints:
  BRANCH: { authority: branch-ca, subject: "CN={{fqdn}}" }
devices:
  br-0001: { host: 192.0.2.11 }
`;

export const COLD_START: Race = {
  name: 'cold-start',
  run: async (settings) => {
    const rounds = settings.quick ? 3 : Math.max(11, settings.rounds);
    const dir = await mkdtemp(path.join(tmpdir(), 'trustfleet-bench-'));
    try {
      await writeFile(path.join(dir, 'inventory.yaml'), INVENTORY);
      const entrant = (name: string, command: readonly string[]) => ({
        name,
        run: () => start({ command, cwd: dir, env: { ANSIBLE_HOME: path.join(dir, 'ansible') } }),
      });
      const results = await inTurn(
        [
          entrant('trustfleet --help', [process.execPath, MAIN, '--help']),
          entrant('trustfleet render, 1 router', [process.execPath, MAIN, 'render']),
          entrant('node, doing nothing', [process.execPath, '-e', '']),
          entrant('ansible --version', [path.join(ANSIBLE, 'ansible'), '--version']),
          { ...entrant('step --help', [STEP, '--help']), missing: whyMissing('step') },
        ],
        { ...settings, rounds },
      );
      return {
        title: 'Start: from Enter to the prompt',
        aim: 'at most 150 ms',
        columns: [
          { name: 'wall ms', digits: 0 },
          { name: 'CPU ms', digits: 0 },
          { name: 'peak MB', digits: 0 },
        ],
        ratioOf: 'wall ms',
        results,
        notes: [
          `Files are in the cache of the operating system; ${rounds} rounds. \`step\` is a program of machine code, built from its source by Go without C. What Node runs cannot start before Node does: its row is the floor.`,
        ],
      };
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  },
};

async function start(program: Program): Promise<Readonly<Record<string, number>>> {
  const { seconds, cpu, megabytes } = await measure(program);
  return { 'wall ms': 1000 * seconds, 'CPU ms': 1000 * cpu, 'peak MB': megabytes };
}
