import type { LabCa } from './ca/lab-ca.ts';
import { HUB_NAME, HUB_SERVER, hubPins } from './hub.ts';
import type { LabFacts } from './lab-files.ts';
import type { VirtualRouter } from './router/virtual-router.ts';

/** What the inventory needs to know of whoever is the CA. */
export function caFacts(
  ca: LabCa | undefined,
  hub: VirtualRouter | undefined,
): Omit<LabFacts['ca'], 'challenge' | 'isManual'> {
  if (ca !== undefined)
    return {
      profile: ca.profile,
      enrollmentUrl: ca.enrollmentUrl,
      adminUrl: ca.adminUrl,
      pins: ca.authority.pins,
      above: ca.parents.map(({ enrollmentUrl, authority }) => ({ enrollmentUrl, pins: authority.pins })),
    };
  if (hub === undefined) throw new Error('a lab without a CA');
  const { port, hostKeyLine, serverUrl } = hub;
  return {
    profile: 'ios-cs',
    enrollmentUrl: serverUrl,
    adminUrl: '',
    pins: hubPins(hub),
    above: [],
    hub: { name: HUB_NAME, server: HUB_SERVER, port, hostKeyLine },
  };
}
