import { unzipSync } from 'fflate';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { serve } from '../src/cli/setup/serve.mjs';

/** Puts an exported page on a host of mere files, below a path of its own; `url` is its address. */
export async function hostPage(zip: Uint8Array): Promise<{ url: string; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'fullrank-page-'));
  for (const [path, bytes] of Object.entries(unzipSync(zip))) {
    const at = join(folder, 'some', 'where', path.split('/').slice(1).join('/'));
    mkdirSync(dirname(at), { recursive: true });
    writeFileSync(at, bytes);
  }
  writeFileSync(join(folder, 'frame.html'), '<!doctype html><link rel="icon" href="data:,"><iframe title="framed" src="some/where/index.html" allow="camera" width="400" height="700"></iframe>');
  const server = await serve(folder, { port: 0, isolates: false });
  const close = async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: server.url, close };
}
