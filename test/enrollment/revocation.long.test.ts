import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import type { LabCa } from '../../src/lab/ca/lab-ca.ts';
import { enrolledTrustpoint } from '../../src/lab/states.ts';
import { decodeCertificate } from '../../src/pki/decode.ts';
import {
  crlDistributionPoints,
  encodeName,
  issueCrl,
  keyUsage,
  nameFromText,
  publicKeyInfo,
} from '../../src/scep/index.ts';
import { OneRouter } from './one-router.ts';

const DAY_MS = 86_400_000;
const WATCHED = { renew: { checkRevocation: true } };

it('renews no certificate that its CA has revoked, and says what helps', async () => {
  await using lists = await startLists();
  await using one = await holding(lists, WATCHED);
  lists.revoke(one.ca, one.held.get('BRANCH'));

  const result = await one.renew();

  expect(result.decisions).toMatchObject([
    {
      decision: 'revoked',
      reason: expect.stringMatching(/^revoked on \d{4}-\d\d-\d\d \(no reason given\), says/),
    },
  ]);
  expect(result).toMatchObject({ outcome: 'failed', error: { code: 'plan-conflict' } });
  expect(result.error?.hint).toContain('no crypto pki trustpoint');
  expect(one.ca.asked).toEqual([]);
});

it('renews one that is not on the list, and one whose list cannot be had, which it says', async () => {
  await using lists = await startLists();
  await using one = await holding(lists, WATCHED);
  lists.revoke(one.ca, undefined);

  const good = await one.renew();

  expect(good.outcome).toBe('verified');
  expect(good.notes.join()).not.toContain('revoked');

  await using gone = await holding(lists, WATCHED);
  lists.remove();
  const unsure = await gone.renew();
  expect(unsure.outcome).toBe('verified');
  expect(unsure.notes).toContainEqual(
    expect.stringMatching(/^BRANCH: whether it was revoked is not known: .*status 404/),
  );
});

it('fetches nothing where the inventory does not ask for it', async () => {
  await using lists = await startLists();
  await using one = await holding(lists, {});
  lists.revoke(one.ca, one.held.get('BRANCH'));

  expect((await one.renew()).outcome).toBe('verified');
  expect(lists.asked).toBe(0);
});

interface Lists extends AsyncDisposable {
  readonly url: string;
  readonly asked: number;
  /** Publishes a list of that CA with this certificate on it, or with none. */
  readonly revoke: (ca: LabCa, der: Uint8Array | undefined) => void;
  readonly remove: () => void;
}

async function startLists(): Promise<Lists> {
  let list: Uint8Array | undefined;
  let asked = 0;
  const server: Server = createServer((_request, response) => {
    asked += 1;
    response.writeHead(list === undefined ? 404 : 200).end(list);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/ca.crl`,
    get asked() {
      return asked;
    },
    revoke({ authority: { ca } }, der) {
      const now = Date.now();
      list = issueCrl({
        issuer: decodeCertificate(ca.certificate).subjectDer,
        signingKey: ca.key,
        hash: 'sha256',
        thisUpdate: new Date(now - DAY_MS),
        nextUpdate: new Date(now + DAY_MS),
        revoked:
          der === undefined
            ? []
            : [{ serial: BigInt(`0x${decodeCertificate(der).serial}`), at: new Date(now - 2 * DAY_MS) }],
        number: 1,
      });
    },
    remove() {
      list = undefined;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A router whose certificate is due and names the list. */
function holding({ url }: Lists, trustpoint: Readonly<Record<string, unknown>>): Promise<OneRouter> {
  return OneRouter.start({
    trustpoint,
    preset: async (facts) => {
      const age = { daysOld: 353, daysLeft: 12 };
      const preset = await enrolledTrustpoint({ ...facts, trustpoint: 'BRANCH' }, age);
      const { key, certificate: old } = preset;
      if (typeof key?.privateKey !== 'object' || old === undefined) throw new Error('nothing was preset');
      const { notBefore, notAfter } = decodeCertificate(old);
      const certificate = facts.ca.authority.grant(
        {
          der: new Uint8Array(),
          subject: encodeName(nameFromText(`CN=${facts.fqdn},OU=Branches,O=Example`)),
          publicKey: publicKeyInfo(key.privateKey),
          extensions: [keyUsage(['digitalSignature', 'keyEncipherment']), crlDistributionPoints([url])],
        },
        { notBefore, notAfter },
        { challenge: undefined, transactionId: 'preset', renewal: false },
      );
      return [{ ...preset, certificate }];
    },
  });
}
