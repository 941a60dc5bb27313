import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { keptKernels } from './kept.node';

const text = `@group(0) @binding(0) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  if (gid.x < 4u) { out[gid.x] += 1.0; }
}`;

test('a kernel is compiled where it cannot be kept', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fullrank-kept-'));
  try {
    // No folder can be made below a file.
    writeFileSync(join(folder, 'file'), '');
    const kept = keptKernels(join(folder, 'file', 'kernels'));
    expect((await kept.kernels('increment', text)).bindings).toHaveLength(1);
    expect(kept.compiled()).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
