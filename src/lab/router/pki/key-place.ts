import { Refusal } from '../commands/command.ts';
import type { Router } from '../router.ts';
import type { KeyPlace } from './key-store.ts';

/** Where keys may lie without anything being plugged in. */
const BUILT_IN = ['nvram:', 'flash:', 'bootflash:'];

/**
 * Where a new key pair goes: to the devices that are named, else to that of `crypto key storage`. Throws Refusal when a
 * device is not there.
 */
export function placeFor(
  router: Router,
  {
    storage = router.config.line('crypto key storage')?.split(' ').at(-1),
    on,
  }: Pick<KeyPlace, 'storage' | 'on'>,
): KeyPlace {
  for (const device of [storage, on]) if (device !== undefined) requireDevice(router, device);
  return { ...(storage === undefined ? {} : { storage }), ...(on === undefined ? {} : { on }) };
}

/** What IOS says of a token that is not plugged in is not known from captures. */
function requireDevice(router: Router, device: string): void {
  if (BUILT_IN.includes(device) || (router.devices.includes(device) && !router.faults.has('no-token')))
    return;
  throw new Refusal(`% Device ${device} is not available.`);
}

/** Throws Refusal for a name without its colon. */
export function deviceName(typed: string): string {
  if (!typed.endsWith(':')) throw new Refusal('Explicit device name must be specified');
  return typed;
}
