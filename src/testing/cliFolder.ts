import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, vi } from 'vitest';

/** For tests of commands: a folder that goes with the test file, paths in it, and the lines that the running test's commands said. */
export function cliFolder(name: string): { dir: string; at: (...parts: string[]) => string; out: string[] } {
  const dir = mkdtempSync(join(tmpdir(), `fullrank-${name}-`));
  const out: string[] = [];
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  beforeEach(() => {
    out.length = 0;
    for (const stream of ['log', 'error'] as const) vi.spyOn(console, stream).mockImplementation((line: string) => void out.push(line));
    return () => vi.restoreAllMocks();
  });
  return { dir, at: (...parts) => join(dir, ...parts), out };
}
