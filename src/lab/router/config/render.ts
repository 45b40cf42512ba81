import type { Router } from '../router.ts';
import { chainLines, trustpointLines } from './render-pki.ts';
import type { ConfigBlock } from './running.ts';

/**
 * Where the text goes: the running configuration holds certificates as hex, the startup one names files. A router with
 * a fault loses the chains on the way.
 */
export type ConfigForm = 'running' | 'startup' | 'startup-without-chains';

/** The configuration as lines, from the header comments to `end`. */
export function renderConfig(router: Router, form: ConfigForm): readonly string[] {
  return [...headerLines(router), ...bodyLines(router, form)];
}

function headerLines({ config, clock }: Router): readonly string[] {
  const said = (what: string, { at, by }: { at: Date; by: string }): string =>
    `! ${what} at ${clock.formatSeconds(at)} by ${by}`;
  return [
    '!',
    ...(config.lastChange === undefined ? [] : [said('Last configuration change', config.lastChange)]),
    ...(config.lastSave === undefined ? [] : [said('NVRAM config last updated', config.lastSave)]),
    '!',
  ];
}

function bodyLines(router: Router, form: ConfigForm): readonly string[] {
  const { config, personality } = router;
  const slot = config.slot.bind(config);
  return [
    `version ${personality.release}`,
    ...slot('service'),
    '!',
    `hostname ${config.hostname}`,
    '!',
    'boot-start-marker',
    'boot-end-marker',
    '!',
    ...[...config.vrfs.values()].flatMap((block) => [...vrfLines(block), '!']),
    '!',
    ...slot('logging'),
    ...(config.enableSecret === undefined ? [] : [`enable secret 5 ${config.enableSecret.hash}`]),
    '!',
    ...(config.line('aaa new-model') === undefined ? ['no aaa new-model'] : []),
    ...slot('aaa'),
    ...slot('clock'),
    '!',
    '!',
    ...(config.domain === '' ? [] : [`ip domain name ${config.domain}`]),
    ...slot('base'),
    'ip cef',
    'no ipv6 cef',
    '!',
    'multilink bundle-name authenticated',
    '!',
    ...serverLines(router),
    ...trustpointLines(router),
    ...profileLines(router),
    ...(form === 'startup-without-chains' ? [] : chainLines(router, form)),
    `license udi pid ${personality.platform.pid} sn ${router.serialNumber}`,
    '!',
    '!',
    ...(config.archive.size === 0 ? [] : [...blockLines('archive', config.archive), '!']),
    ...userLines(router),
    '!',
    'redundancy',
    '!',
    ...[...config.ikev2Profiles].flatMap(([name, block]) => [
      ...blockLines(`crypto ikev2 profile ${name}`, block),
      '!',
    ]),
    ...slot('ssh'),
    '!',
    ...[...config.interfaces].flatMap(([name, block]) => interfaceLines(name, block)),
    'ip forward-protocol nd',
    '!',
    ...slot('http'),
    '!',
    ...slot('route'),
    '!',
    ...slot('snmp'),
    '!',
    'control-plane',
    '!',
    ...bannerLines('login', router.loginBanner),
    ...bannerLines('motd', config.motd),
    '!',
    ...[...config.ttyLines].flatMap(([name, block]) => blockLines(`line ${name}`, block)),
    '!',
    'scheduler allocate 20000 1000',
    ...slot('ntp'),
    '!',
    'end',
    '',
  ];
}

function userLines({ config }: Router): readonly string[] {
  return [...config.users.values()].map(({ name, privilege, secret }) => {
    const level = privilege === 1 ? '' : ` privilege ${privilege}`;
    return `username ${name}${level}${secret === undefined ? '' : ` secret 5 ${secret.hash}`}`;
  });
}

function bannerLines(name: string, text: string): readonly string[] {
  return text === '' ? [] : `banner ${name} ^C${text}^C`.split('\n');
}

/** The command that made a VRF, and its lines below. */
function vrfLines(block: ConfigBlock): readonly string[] {
  const [head = '', ...lines] = [...block.values()];
  return [head, ...lines.map((line) => ` ${line}`)];
}

/** The `crypto pki profile enrollment` blocks. Where they stand is not known from captures. */
function profileLines({ config, personality: { pkiWord } }: Router): readonly string[] {
  return [...config.enrollmentProfiles].flatMap(([name, block]) => [
    ...blockLines(`crypto ${pkiWord} profile enrollment ${name}`, block),
    '!',
  ]);
}

/** The `crypto pki server` blocks; `shutdown` stands in those that are not running. */
function serverLines({ servers, personality: { pkiWord } }: Router): readonly string[] {
  return servers.all.flatMap(({ name, settings, enabled }) => [
    ...blockLines(`crypto ${pkiWord} server ${name}`, settings),
    ...(enabled ? [] : [' shutdown']),
    '!',
  ]);
}

function interfaceLines(name: string, block: ConfigBlock): readonly string[] {
  const withAddress = block.has('ip address') ? block : new Map([...block, ['ip address', 'no ip address']]);
  const order = [
    'description',
    'vrf forwarding',
    'ip vrf forwarding',
    'ip address',
    'shutdown',
    'duplex',
    'speed',
  ];
  const sorted = [...withAddress].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return [...blockLines(`interface ${name}`, new Map(sorted)), '!'];
}

function blockLines(head: string, block: ConfigBlock): readonly string[] {
  return [head, ...[...block.values()].map((line) => ` ${line}`)];
}
