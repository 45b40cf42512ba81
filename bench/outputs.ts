/** What the routers of the bench print: written for it, in the form of the IOS command reference. */

const CERTIFICATES = `Certificate
  Status: Available
  Certificate Serial Number (hex): 5D00000B17A1C2D3E4F500010000000B17
  Certificate Usage: General Purpose
  Issuer: 
    cn=Bench Issuing CA
    o=Example
    c=FR
  Subject:
    Name: {{name}}.branch.example.net
    cn={{name}}.branch.example.net
    ou=Branches
    o=Example
  CRL Distribution Points: 
    http://pki.example.net/crl/issuing.crl
  Validity Date: 
    start date: 08:15:42 UTC Sep 1 2026
    end   date: 08:15:42 UTC Sep 1 2027
    renew date: 08:15:42 UTC Aug 2 2027
  Associated Trustpoints: BRANCH 
  Storage: nvram:BenchIssuing#B17.cer

CA Certificate
  Status: Available
  Certificate Serial Number (hex): 2A00000002B4C5D6E7F80910000000000002
  Certificate Usage: Signature
  Issuer: 
    cn=Bench Root CA
    o=Example
    c=FR
  Subject: 
    cn=Bench Issuing CA
    o=Example
    c=FR
  CRL Distribution Points: 
    http://pki.example.net/crl/root.crl
  Validity Date: 
    start date: 07:00:00 UTC Jan 10 2024
    end   date: 07:00:00 UTC Jan 10 2034
  Associated Trustpoints: BRANCH 
  Storage: nvram:BenchRootCA#2CA.cer

`;

const VERSION = `Cisco IOS XE Software, Version 17.09.04a
Cisco IOS Software [Cupertino], Virtual XE Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), Version 17.9.4a, RELEASE SOFTWARE (fc3)
Technical Support: http://www.cisco.com/techsupport
Copyright (c) 1986-2023 by Cisco Systems, Inc.
Compiled Fri 20-Oct-23 10:44 by mcpre

ROM: IOS-XE ROMMON

{{name}} uptime is 3 weeks, 2 days, 4 hours, 11 minutes
Uptime for this control processor is 3 weeks, 2 days, 4 hours, 13 minutes
System returned to ROM by reload
System image file is "bootflash:packages.conf"
Last reload reason: Reload Command

cisco C8000V (VXE) processor (revision VXE) with 2028465K/3075K bytes of memory.
Processor board ID 9BENCH00001
Router operating mode: Autonomous
1 Gigabit Ethernet interface
32768K bytes of non-volatile configuration memory.
3965112K bytes of physical memory.
11526144K bytes of virtual hard disk at bootflash:.

Configuration register is 0x2102

`;

const RUNNING = `Building configuration...

Current configuration : 412 bytes
!
version 17.9
hostname {{name}}
!
username netops privilege 15
!
interface Loopback0
 ip address 192.0.2.1 255.255.255.255
!
line vty 0 15
 login local
 transport input ssh
!
end

`;

export const SWEEP = ['show version', 'show clock', 'show crypto pki certificates'] as const;
/** Stands in what every contender has to have read. */
export const EXPECTED = ['Version 17.9.4a', '12:00:00.000 UTC', 'CA Certificate'] as const;

/** By the command that prints it; `{{name}}` is the router's name. */
export const OUTPUTS: Readonly<Record<string, string>> = {
  'show version': VERSION,
  'show clock': '12:00:00.000 UTC Sat Nov 21 2026\n',
  'show clock detail': '12:00:00.000 UTC Sat Nov 21 2026\nTime source is NTP\n',
  'show crypto pki certificates': CERTIFICATES,
  'show privilege': 'Current privilege level is 15\n',
  'show running-config': RUNNING,
  'show running-config all': RUNNING,
  'show startup-config': RUNNING.replace('Building configuration...\n\n', ''),
  'show inventory': 'NAME: "Chassis", DESCR: "Cisco C8000V"\nPID: C8000V, VID: V00, SN: 9BENCH00001\n\n',
};

/** An output of its own for each number, its dates too, so that nobody profits from having seen it before. */
export function certificatesOf(number: number): string {
  const clock = new Date(number * 1000).toISOString().slice(11, 19);
  return CERTIFICATES.replaceAll('{{name}}', `br-${number}`)
    .replace('000B17\n', `${number.toString(16).toUpperCase().padStart(6, '0')}\n`)
    .replaceAll('08:15:42 UTC Sep 1 ', `${clock} UTC Sep ${1 + (number % 28)} `)
    .replace('08:15:42 UTC Aug 2 ', `${clock} UTC Aug ${1 + (number % 28)} `);
}
