// The built reader of `show crypto pki certificates` over many outputs; says the CPU seconds it took.
import { readFileSync } from 'node:fs';
import { readCertificates } from '../../dist/ios/show/certificates.js';

const { outputs } = JSON.parse(readFileSync(0, 'utf8'));
const before = process.cpuUsage();
const serials = outputs.map((text) => readCertificates(text)[0].serial);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpu: (user + system) / 1e6, serials: new Set(serials).size }));
