import type { Device } from '../domain/device.ts';
import type { Authority } from '../domain/trustpoint.ts';

/** The routers with certificate servers that these devices' enrollments need, by their authorities. */
export function caRoutersOf(devices: readonly Device[], all: readonly Device[]): readonly Device[] {
  const authorities = new Set(
    devices.flatMap(({ trustpoints }) => trustpoints.map(({ authority }) => authority)),
  );
  const names = new Set([...authorities].flatMap(serversOf));
  return all.filter(({ name }) => names.has(name));
}

function serversOf({ challenge, grant }: Authority): readonly string[] {
  return [
    ...(challenge.kind === 'ios-cs' ? [challenge.device] : []),
    ...(grant === undefined ? [] : [grant.device]),
  ];
}
