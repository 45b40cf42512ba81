import type { InputProblem } from '../domain/errors.ts';
import type { ConfigReference } from './settings.ts';
import { SshConfigFile } from './ssh-config-file.ts';
import { type HostConfig, readHostConfig } from './ssh-config-host.ts';

/** The OpenSSH configurations that an inventory draws on: each is read once, each complaint is made once. */
export class SshConfigs {
  readonly #files = new Map<string, SshConfigFile | undefined>();
  readonly #hosts = new Map<string, HostConfig>();
  readonly #problems = new Map<string, InputProblem>();
  readonly #warnings = new Map<string, InputProblem>();
  readonly #named = new Set<string>();

  get problems(): readonly InputProblem[] {
    return [...this.#problems.values()];
  }

  get warnings(): readonly InputProblem[] {
    return [...this.#warnings.values()];
  }

  /** The configurations with what they include, and the keys and known hosts that they name for the hosts asked for. */
  get files(): readonly string[] {
    return [...this.#named];
  }

  report(problem: InputProblem): void {
    keep(this.#problems, problem);
  }

  /** Whether every line of the file could be read: else what is missing may stand in one that could not. */
  isSound(reference: ConfigReference): boolean {
    return this.#file(reference)?.problems.length === 0;
  }

  /** Nothing, with a problem, when the file cannot be read. */
  hostConfig(reference: ConfigReference, host: string): HostConfig {
    const identity = `${reference.file}\n${host}`;
    const known = this.#hosts.get(identity);
    if (known !== undefined) return known;
    const file = this.#file(reference);
    const found: HostConfig =
      file === undefined ? { problems: [], warnings: [] } : readHostConfig(file, host);
    for (const problem of found.problems) keep(this.#problems, problem);
    for (const warning of found.warnings) keep(this.#warnings, warning);
    for (const name of [found.identityFile?.path, found.knownHosts]) {
      if (name !== undefined) this.#named.add(name);
    }
    this.#hosts.set(identity, found);
    return found;
  }

  #file({ file, place }: ConfigReference): SshConfigFile | undefined {
    if (this.#files.has(file)) return this.#files.get(file);
    let read: SshConfigFile | undefined;
    try {
      read = SshConfigFile.read(file);
      for (const each of read.files) this.#named.add(each);
      for (const problem of read.problems) keep(this.#problems, problem);
      for (const warning of read.warnings) keep(this.#warnings, warning);
    } catch (thrown) {
      const { code } = thrown as NodeJS.ErrnoException;
      const why =
        code === 'ENOENT' ? `there is no file ${file}` : `the file ${file} could not be read (${code})`;
      this.report({ ...place, message: why });
    }
    this.#files.set(file, read);
    return read;
  }
}

function keep(kept: Map<string, InputProblem>, problem: InputProblem): void {
  const identity = `${problem.file}:${problem.line}:${problem.column}:${problem.message}`;
  if (!kept.has(identity)) kept.set(identity, problem);
}
