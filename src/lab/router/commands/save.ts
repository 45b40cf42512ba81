import { renderConfig } from '../config/render.ts';
import type { Call, Command, Outcome } from './command.ts';

export const SAVE_COMMANDS: readonly Command[] = [
  {
    syntax: 'write [memory]',
    help: 'Write running configuration to memory',
    level: 15,
    run: (call) => save(call),
  },
  {
    syntax: 'copy running-config startup-config',
    help: 'Copy from one file to another',
    level: 15,
    run: copyToStartup,
  },
  { syntax: 'show running-config', help: 'Current operating configuration', level: 15, run: showRunning },
  { syntax: 'show startup-config', help: 'Contents of startup configuration', level: 15, run: showStartup },
];

async function copyToStartup(call: Call): Promise<undefined> {
  const name = (await call.session.ask('Destination filename [startup-config]? ')).trim();
  if (name !== '' && name !== 'startup-config') {
    // Other destinations do not exist here; what IOS says depends on the file system.
    call.session.print(`%Error opening nvram:/${name} (No space left on device)`);
    return undefined;
  }
  return save(call);
}

async function save({ router, session }: Call): Promise<undefined> {
  if (router.faults.has('old-nvram-question')) {
    session.print('Warning: Attempting to overwrite an NVRAM configuration previously written');
    session.print('by a different version of the system image.');
    if (!(await session.confirm('Overwrite the previous NVRAM configuration?[confirm]'))) return undefined;
  }
  session.print('Building configuration...');
  session.cutAt('save');
  session.print(router.save(session.user) ?? '[OK]');
  return undefined;
}

function showRunning({ router }: Call): Outcome {
  const lines = renderConfig(router, 'running');
  return ['Building configuration...', '', `Current configuration : ${size(lines)} bytes`, ...lines];
}

function showStartup({ router }: Call): Outcome {
  if (router.startup.length === 0) return ['startup-config is not present'];
  const bytes = size(router.startup);
  return [`Using ${bytes} out of 262136 bytes`, ...router.startup];
}

function size(lines: readonly string[]): number {
  return lines.reduce((total, line) => total + line.length + 1, 0);
}
