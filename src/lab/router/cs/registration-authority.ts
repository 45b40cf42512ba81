import { setTimeout as sleep } from 'node:timers/promises';

import { classifyCaCertificates, iosPkiClientUrl, ScepClient } from '../../../scep/index.ts';
import type { CertificateServer } from './certificate-server.ts';
import type { ServerRequest } from './request-database.ts';

/**
 * A registration authority passes a request that its operator granted on to the CA: signed with its own certificate,
 * which the CA knows. How a router frames it on the wire is not known from captures.
 */
export async function forwardToCa(server: CertificateServer, request: ServerRequest): Promise<void> {
  const { router, agent, name } = server;
  const trustpoint = router.trustpoints.get(name);
  if (trustpoint?.ca === undefined || trustpoint.url === undefined) {
    request.state = 'rejected';
    return;
  }
  const client = new ScepClient({ url: dialed(server, trustpoint.url), signal: router.stopped });
  const ca = classifyCaCertificates([
    ...trustpoint.ras.map(({ certificate }) => certificate.der),
    trustpoint.ca.certificate.der,
  ]);
  const capabilities = await client.getCaCaps(name);
  let result = await client.pkcsReq({
    ca,
    capabilities,
    csr: request.csr.der,
    signer: agent,
    transactionId: request.transactionId,
  });
  while (result.status === 'pending') {
    await sleep(router.minuteMs, undefined, { signal: router.stopped, ref: false });
    result = await client.poll(result.pending);
  }
  if (result.status === 'granted') server.settle(request, result.certificate);
  else request.state = 'rejected';
}

/** Where the connection really goes. */
function dialed({ router }: CertificateServer, enrollmentUrl: string): string {
  const url = new URL(iosPkiClientUrl(enrollmentUrl));
  const target = router.dial({ host: url.hostname, port: url.port === '' ? 80 : Number(url.port) });
  url.hostname = target.host;
  url.port = String(target.port);
  return url.href;
}
