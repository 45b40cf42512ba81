/** `show crypto pki certificates`, taken apart: no network, no distance. */
import { z } from 'zod';
import { measure, type Program } from '../measure.ts';
import { certificatesOf } from '../outputs.ts';
import { own, peer, python, whyMissing } from '../peers.ts';
import { inTurn, type Race } from '../race.ts';

const SAID = z.object({ cpu: z.number(), serials: z.number() });

export const READER: Race = {
  name: 'reader',
  run: async (settings) => {
    const count = settings.quick ? 500 : 10_000;
    const outputs = Array.from({ length: count }, (_, index) => certificatesOf(index));
    const entrant = (name: string, command: readonly string[], group?: string) => ({
      name,
      missing: group === undefined ? undefined : whyMissing(group),
      run: () => read({ command, input: { outputs } }, count),
    });
    const results = await inTurn(
      [
        entrant('trustfleet', [process.execPath, own('read_certificates.mjs')]),
        entrant('ntc-templates, TextFSM', [python(), peer('textfsm_certificates.py')]),
        entrant('Genie', [python(), peer('genie_certificates.py')], 'genie'),
      ],
      settings,
    );
    return {
      title: `Take apart ${count} outputs of show crypto pki certificates`,
      aim: '50 times Genie, 10 times TextFSM',
      columns: [
        { name: 'ms/output', digits: 3 },
        { name: 'CPU s', digits: 2 },
      ],
      ratioOf: 'ms/output',
      results,
      notes: [
        'Two certificates an output, each output with another serial number, name and time of issue. CPU time of the reading alone; the loading of programs and templates is not in it, V8’s compiling and collecting meanwhile is. All keep what they read: trustfleet’s reader also keeps names by their parts, dates with their zones, and every line that it did not understand; Genie checks its schema. The certificate of the CA is the same in all of them, as in a fleet: trustfleet takes it apart once and knows it again, as it does the days on which certificates begin and end.',
      ],
    };
  },
};

async function read(program: Program, count: number): Promise<Readonly<Record<string, number>>> {
  const { said } = await measure(program);
  const { cpu, serials } = SAID.parse(JSON.parse(said.trim().split('\n').at(-1) ?? ''));
  if (serials !== count) throw new Error(`${serials} of ${count} serial numbers were read`);
  return { 'ms/output': (1000 * cpu) / count, 'CPU s': cpu };
}
