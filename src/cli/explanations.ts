import type { ErrorCode } from '../domain/errors.ts';

/** Why each error comes about: the usual causes, the most likely first. docs/errors.md holds the same sentences. */
export const CAUSES: Readonly<Record<ErrorCode, readonly string[]>> = {
  unreachable: [
    'The address or port is wrong, or there is no route from this machine.',
    'An access list, or the access-class of the vty lines, does not let this machine in.',
    'All vty lines are taken, or login block-for is in force after failed logins.',
    'SSH is not enabled on the router: it needs a host key of its own before it answers.',
  ],
  'host-key-unknown': [
    'This machine never connected to the device, so known_hosts does not hold its key.',
    'known_hosts names the device by another address or port than the inventory.',
  ],
  'host-key-changed': [
    'The router was replaced or its RSA key was made anew.',
    'The address now belongs to another device, or somebody answers in its place.',
  ],
  'algorithms-refused': [
    'The release is old and offers only SHA-1 key exchange, CBC ciphers or an ssh-rsa host key.',
    'The router was hardened to algorithms this machine does not offer.',
  ],
  'ssh-too-weak': [
    'The router’s RSA key for SSH has fewer than 2048 bits, as old releases make it unless told otherwise.',
    'The router answered a group exchange with a group of fewer than 2048 bits.',
  ],
  'ssh-downgrade': [
    'Somebody between this machine and the router pretends that it can only do weak algorithms.',
    'The router was put back to an older release, or its ip ssh lines were changed.',
    'The router was replaced by an older one under the same name.',
    'The file that remembers the last connection was damaged.',
  ],
  'login-refused': [
    'User name or password is wrong, or the variable or file they come from holds an old value.',
    'The AAA server did not answer and the router fell back to local users.',
    'The account is locked or may not log in to this device.',
  ],
  'jump-host-refused': [
    'User name, password or key for the jump host is wrong. It was tried once for all devices behind it.',
    'The jump host does not allow forwarding, or not to this device.',
  ],
  'lockout-guard': [
    'The password that this device shares with others was refused on as many devices as --lockout-guard allows.',
    'The password was changed on the AAA server and not here, or the other way round.',
  ],
  'budget-exceeded': [
    'More devices failed than --max-fail allows, so the rest was not started.',
    'So many devices in a row failed for one reason (--max-same-cause) that trying the others would not help: a CA or a jump host is down, for instance.',
    'The command between two batches (--batch-check) ended with an error, or somebody said no.',
  ],
  'enable-refused': [
    'The enable secret is wrong or was not given in the inventory.',
    'The user has no right to privileged mode.',
  ],
  'unsupported-release': [
    'The device is no IOS or IOS-XE router: a switch of another family, NX-OS, ASA or another maker’s.',
    'The image has no security features, so it knows no crypto pki commands.',
    'Something else answers at that address and port: a menu, a console server, another system.',
    'The release is older than trustpoints, which came with 12.2(8)T, or has no line for something that the inventory asks for.',
  ],
  'output-unreadable': [
    'The release prints a show command in a way this version has never seen.',
    'The output was cut or mixed with other text on the line.',
  ],
  'plan-conflict': [
    'The trustpoint trusts another CA, or enrolls at another URL. --replace-ca <device> removes it with its certificates and makes it anew.',
    'The trustpoint has lines of somebody else that would spoil the enrollment: a stored password, another way to enroll. --adopt-trustpoint <device> takes them away.',
    'The key pair that the inventory names is used by another trustpoint of the router. --share-key <device> uses it, too; or choose another key.label.',
    'A self-signed trustpoint is to be enrolled, and another trustpoint of the router, that of its HTTPS server as a rule, holds the one self-signed certificate that it keeps. --replace-selfsigned <device> lets it go.',
    'The certificate in force was made with other names than the inventory asks for now. --reissue <device> replaces it by one with the new names.',
    'The certificate in force belongs to another key pair than the inventory names: no switch allows that, correct key.label.',
    'What a roll has replaced may not be retired yet (renew --retire <device>), or its switch could not be undone: the message says why.',
    'The router has no rollback or reload timer such as the inventory’s guard asks for, or another one is at work.',
    'For a renewal: the certificate has expired, or the CA certificate ends before a new one would. Others of the device that were due are renewed and saved all the same.',
  ],
  'changed-since-plan': [
    'Somebody changed the router after the plan was made, or its certificate was renewed, or it was replaced or upgraded.',
    'The inventory or a template was changed, so that something else would be typed now.',
    'The plan was made by another version of trustfleet, which types or answers otherwise.',
  ],
  'clock-not-trusted': [
    'NTP has not synchronized: the servers do not answer, or their key is wrong.',
    'The clock of the router or of this machine is off by more than clock.maxSkew.',
  ],
  'command-refused': [
    'The release does not know the line, or names it otherwise.',
    'The user’s privilege or an AAA command list does not allow it.',
    'A value in the inventory does not suit this router, such as an interface it does not have.',
  ],
  'keypair-conflict': [
    'A key pair of that label exists and is used by another trustpoint, or is shorter than the inventory asks for.',
    'The router refused to make a key of that type or size.',
  ],
  'ca-unreachable': [
    'The router has no route to the CA, or the wrong vrf or source interface.',
    'A firewall between router and CA blocks the port, or the name does not resolve on the router.',
    'The SCEP service is stopped, or its URL is another one.',
  ],
  'fingerprint-mismatch': [
    'The pin in the inventory is of another certificate: an old CA, the root in place of the issuing CA, or an RA’s.',
    'The pins in the inventory are of two certificates: one agrees, the other does not.',
    'The URL leads to another CA.',
    'Somebody answers in the CA’s place.',
  ],
  'fingerprint-unreadable': [
    'Only hashes are pinned that this router does not print (none prints SHA256, and one that says crypto ca MD5 alone), and this machine could not fetch the CA certificate to compare it.',
    'The router printed the fingerprint in a form this version has never seen.',
  ],
  'ca-certificate-unusable': [
    'The file is not there, may not be read, was cut off, or holds no certificate.',
    'The authority has neither a file nor a SCEP URL.',
  ],
  'request-unfit': [
    'The trustpoint on the router has another subject, fqdn or key pair than the inventory asks for.',
    'The request was damaged on its way: its signature does not match, or its end is missing.',
    'The router made one request where usage keys need two.',
  ],
  'answer-unfit': [
    'The certificate was signed for another key: of another router, or of this one before its keys were made anew.',
    'It does not lead to the pinned CA: another CA signed it, or one between the two is missing in the file.',
    'It is not valid yet, or the file was cut off.',
  ],
  'courier-failed': [
    'The directory does not exist, or this user may not write in it.',
    'The command ended with an error; what it wrote to its error output is in the detail.',
  ],
  'pkcs12-unusable': [
    'The file is not there, cut off, or no PKCS#12; or its passphrase is another one.',
    'It is encrypted in a way that is not known here: AES, 3DES and RC2 are, RC4 and files without a MAC are not.',
    'It holds no private key, or no certificate for it, or the key is of another kind or size than the inventory asks for.',
    'Its certificates do not lead to the pinned CA; the CA that signed the router’s own has to be among them, and to be the pinned one.',
    'The certificate has ended, or has other names than the inventory asks for.',
    'The router reads it from a URL, and its release does not know the encryption: up to 17.9 make it as older software did (openssl pkcs12 -export -legacy), or have trustfleet hand it out (listen).',
  ],
  'tftp-failed': [
    'The address or port of the TFTP server is not this machine’s, is in use, or wants more rights: port 69 does.',
    'The router’s packets do not reach the server: a firewall, a VRF, or an address that is translated on the way.',
    'The router asked for another file than the trustpoint’s URL names; it was refused.',
    'The directory of an existing server is not the one that it serves, or may not be written.',
  ],
  'challenge-unavailable': [
    'NDES refused the account, or its password cache was full for longer than a password lives.',
    'The file has no unused challenge for this device, or the daily one has expired.',
    'The command failed or printed nothing.',
  ],
  'device-in-use': [
    'Two runs that use the same state directory have this device in common, and the other one has begun it.',
    'A session that was left behind still holds it, until its run has ended.',
  ],
  'state-unwritable': [
    'The disk of the state directory is full, or a quota is used up.',
    'The directory was removed, or its permissions were changed, while the run was at work.',
    'Another process has kept the state file locked for ten seconds.',
  ],
  'challenge-outstanding': [
    'An earlier run asked for a challenge password for this device and was ended before anybody saw what became of it.',
    'The dialogue was left before the password was sent, so the CA still counts it.',
  ],
  'unexpected-question': [
    'The release, or a setting of the router, asks something that no dialogue of this version knows.',
    'Somebody was working on the router at the same time.',
  ],
  'request-rejected': [
    'The challenge password was wrong, expired or used before.',
    'The CA’s policy refuses the subject, the key size or the device.',
    'The clocks of router and CA disagree.',
  ],
  'grant-refused': [
    'The certificate server holds two pending requests with the fingerprint that the router printed.',
    'The request with that fingerprint is listed as one of a subordinate CA or a registration authority: granting it would make a CA.',
    'The router printed two fingerprints of one kind for one request.',
  ],
  'request-unanswered': [
    'The CA took the request and did not answer in time, or the answer was lost.',
    'The service behind the URL answered with something that is no SCEP message.',
    'The CA’s web server takes no query as long as a router’s request (IIS: 404.15); the detail says so where that was seen.',
  ],
  'verification-failed': [
    'The CA issued something else than was asked for, or the router holds another certificate.',
    'Evidence was missing: a check that cannot be made does not pass.',
  ],
  'health-failed': [
    'The certificate or a line of the trustpoint broke what uses it, such as a tunnel.',
    'Something else on the router changed at the same time.',
    'It was bad before the first change: the router was not touched.',
  ],
  'guard-pending': [
    'An earlier attempt was cut off or stopped after it had set the guard: the router goes back by itself when that runs out.',
    'Somebody typed configure terminal revert timer or reload in on the router.',
    'The inventory names another guard now than when the earlier attempt was made: both kinds are asked for.',
  ],
  'guard-expired': [
    'The work took longer than the guard: a slow router, or a CA that let it wait.',
    'Somebody typed configure confirm, configure revert or reload cancel on the router.',
  ],
  'not-saved': [
    'NVRAM is full or was written by another IOS release.',
    'The router said [OK], and its startup configuration, read back, lacks the trustpoint or its certificates.',
    'The user may write the startup configuration and may not read it.',
  ],
  'reload-announced': [
    'Somebody scheduled a reload (reload in …), and the router said so while trustfleet was at work.',
  ],
  timeout: [
    'The router or the line is slow: key generation on old hardware takes minutes.',
    'timeouts.device is shorter than the wait for the CA.',
  ],
  'connection-lost': [
    'The line, the router or a firewall dropped the session.',
    'Somebody cleared the vty line, or the router restarted.',
  ],
  interrupted: ['Ctrl-C, SIGTERM or a closed terminal ended the run.'],
  internal: ['A fault in the program. The device was left as it was when it happened.'],
};
