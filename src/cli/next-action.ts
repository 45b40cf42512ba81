import type { DeviceStatus } from '../run/state/device-states.ts';

/** What to do next with a router that stands so, in a sentence; commands as they are typed. */
export function nextAction(status: DeviceStatus, isInInventory: boolean): string {
  if (!isInInventory) return 'nothing: it is not in the inventory any more';
  const { device, state, command = 'enroll', code, hint, retirable } = status;
  switch (state) {
    case 'never-run':
      return `trustfleet enroll --limit ${device}`;
    case 'planned':
      return `trustfleet enroll --limit ${device}, or --plan with the plan that was saved`;
    case 'verified':
      return retirable === undefined ? 'nothing' : retiring(status);
    case 'not-due':
      if (retirable !== undefined) return retiring(status);
      return `trustfleet verify --limit ${device}, to be sure`;
    case 'pending':
      return `when the CA has approved the request: trustfleet ${command === 'renew' ? command : 'enroll'} --limit ${device}`;
    case 'failed':
      return `${hint === undefined ? 'see its transcript' : hint}; then trustfleet ${carryingOut(command)} --limit ${device}`;
    case 'interrupted':
    case 'half-done':
      return command === 'enroll' ? 'trustfleet enroll --resume' : `trustfleet ${command} --limit ${device}`;
    case 'skipped':
      // A renewal skips what holds no certificate; an enrollment what it did not come to.
      if (command === 'renew' && code === undefined) return `trustfleet enroll --limit ${device}`;
      return command === 'enroll' && code !== 'lockout-guard'
        ? 'trustfleet enroll --resume'
        : `trustfleet ${command} --last skipped`;
    case 'in-work':
    case 'waiting':
      return 'wait for its run';
  }
}

/** It may go when the new one has been in force for long enough. */
function retiring({ device, retirable }: DeviceStatus): string {
  return `${retirable} was replaced and waits to be retired: trustfleet renew --limit ${device} --retire ${device}`;
}

/** A plan is read, and then carried out. */
function carryingOut(command: string): string {
  return command === 'plan' ? 'enroll' : command;
}
