/** What is typed for one trustpoint, and what a router says to a line it does not know. */

export const INVALID = "                ^\n% Invalid input detected at '^' marker.\n\n";
export const HEAD = 'crypto pki trustpoint T';
export const SETTINGS = [
  'enrollment url http://ca.example.net/certsrv/mscep/mscep.dll',
  'enrollment mode ra',
  'serial-number none',
  'fqdn gw-1.example.net',
  'ip-address none',
  'subject-name CN=gw-1.example.net,OU=Branches',
  'fingerprint 5A100C6BF21D97448E03BC712FE839D560AA174C',
  'revocation-check crl',
  'rsakeypair T 2048',
  'hash sha256',
];
