import type { AuthorityFacts } from './facts.ts';
import type { DoctorFinding } from './finding.ts';

/** Name, port and web server, from this machine. */
export function checkReach(facts: AuthorityFacts): readonly DoctorFinding[] {
  const { resolved, connected, url } = facts;
  const { host, hostname } = new URL(url);
  const elsewhere = 'if only the routers can reach it, run the doctor from a machine in their network';
  const fail = (says: string, remedy: string): readonly DoctorFinding[] => [
    { check: 'reachable', status: 'fail', says, remedy: `${remedy}; ${elsewhere}` },
  ];
  if ('failed' in resolved) {
    return fail(
      `${hostname} cannot be resolved: ${resolved.failed}`,
      'check the name in the inventory and the name server of this machine',
    );
  }
  if (connected === undefined || 'failed' in connected) {
    return fail(
      `no connection to ${host}: ${connected?.failed ?? 'not tried'}`,
      'check that the CA’s web server runs, the port, and the firewalls in between',
    );
  }
  const silent = httpFailure(facts);
  if (silent !== undefined) {
    return fail(
      `${host} takes connections and does not answer HTTP: ${silent}`,
      'check that a web server is behind the port: the URL must be http, not https',
    );
  }
  const name = resolved.value.includes(hostname.replace(/^\[|\]$/g, ''))
    ? ''
    : `name ${resolved.milliseconds} ms (${resolved.value.join(', ')}), `;
  const web = facts.capabilities?.milliseconds ?? 0;
  return [
    {
      check: 'reachable',
      status: 'pass',
      says: `${host} answers: ${name}TCP ${connected.milliseconds} ms, HTTP ${web} ms`,
    },
  ];
}

/** Why nothing came back at all. A CA older than GetCACaps may hang up at that and answer the rest. */
function httpFailure({ capabilities, certificates }: AuthorityFacts): string | undefined {
  const isSilent = certificates === undefined || 'failed' in certificates;
  return capabilities !== undefined && 'failed' in capabilities && isSilent ? capabilities.failed : undefined;
}
