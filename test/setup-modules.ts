import { vi } from 'vitest';

// Files of npm test follow each other in one worker, and share what it has loaded from node_modules. The project's own
// modules, and what they remember (known secrets, the redactor), are every file's own, and so is what it replaced.
vi.useRealTimers();
vi.restoreAllMocks();
vi.unstubAllEnvs();
vi.unstubAllGlobals();
vi.resetModules();
