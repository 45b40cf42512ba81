import type { Router } from '../router.ts';
import type { Call, Command, Outcome } from './command.ts';

/** The tunnel to the head office, which needs the router's certificate. */
export const IKEV2_COMMANDS: readonly Command[] = [
  {
    syntax: 'show crypto ikev2 sa',
    help: 'Show IKEv2 SAs',
    level: 15,
    needs: 'ikev2',
    run: showSa,
  },
];

/** With the fault, a certificate that the router did not start with brings its tunnel down. */
export function isTunnelDown({ faults, trustpoints }: Router): boolean {
  return faults.keepsTunnelDown && trustpoints.all.some(({ identity }) => identity?.saved === false);
}

function showSa({ router }: Call): Outcome {
  const isDown = isTunnelDown(router);
  if (isDown) router.faults.lookAtTunnel();
  const seconds = Math.floor(router.uptimeMs / 1000);
  return [
    ' IPv4 Crypto IKEv2  SA ',
    '',
    ...(isDown
      ? []
      : [
          'Tunnel-id Local                 Remote                fvrf/ivrf            Status ',
          '1         192.0.2.2/500         192.0.2.1/500         none/none            READY  ',
          '      Encr: AES-CBC, keysize: 256, PRF: SHA512, Hash: SHA512, DH Grp:19, Auth sign: RSA, Auth verify: RSA',
          `      Life/Active Time: 86400/${seconds} sec`,
          '',
        ]),
    ' IPv6 Crypto IKEv2  SA ',
    '',
  ];
}
