import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { rolldown, type OutputChunk } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onTargets } from '../adapters/fields';
import { methods } from '../adapters';
import type { Device } from '../engine/device';
import { folderTree } from '../io/fileTree.node';
import { openPlayer } from '../swap';
import { keys, types } from '../swap/methods';
import { mustOpen } from '../testing/checkOp';
import { gpu } from '../testing/device';
import { goldenPath } from '../testing/golden';
import { SMALL_VIT, tunedAdapter } from '../testing/tunedAdapter';
import { chunks, lean } from './setup/lean.mjs';
import { texts } from './setup/texts.mjs';

const root = resolve(import.meta.dirname, '../..');
const out = mkdtempSync(join(tmpdir(), 'fullrank-player-'));
const kernels = { name: 'kernels', resolveId: (id: string) => (id.endsWith('?url') ? { id, external: true } : null) };

let made: OutputChunk[];
let packaged: { openPlayer: typeof openPlayer };
let device: Device;
beforeAll(async () => {
  const { plugin, codeSplitting } = chunks();
  // As cli/setup/pack.mjs does it.
  const build = await rolldown({ input: { player: join(root, 'src/swap/index.ts') }, cwd: root, platform: 'browser', preserveEntrySignatures: 'allow-extension', plugins: [plugin, ...lean, texts, kernels], treeshake: { moduleSideEffects: false }, logLevel: 'silent' });
  const { output } = await build.write({ dir: out, format: 'esm', minify: true, codeSplitting, entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' });
  made = output.filter((one): one is OutputChunk => one.type === 'chunk');
  packaged = (await import(/* @vite-ignore */ join(out, 'player.mjs'))) as typeof packaged;
  device = await mustOpen(gpu());
}, 120_000);
afterAll(() => {
  device.destroy();
  rmSync(out, { recursive: true, force: true });
});

/** Files that are loaded when modules of these are needed, besides the entry. */
function loaded(needed: RegExp): OutputChunk[] {
  const files = new Set(made.filter(({ isEntry, moduleIds }) => isEntry || moduleIds.some((id) => needed.test(id))).map(({ fileName }) => fileName));
  for (const name of files) for (const next of made.find(({ fileName }) => fileName === name)?.imports ?? []) files.add(next);
  return made.filter(({ fileName }) => files.has(fileName));
}
const weight = (files: readonly OutputChunk[]) => files.reduce((sum, { code }) => sum + gzipSync(code).byteLength, 0) / 1024;

describe('the player in the package', () => {
  test('weighs at most 80 KiB with a model and two adapters of different methods, on a graphics card', () => {
    // Their targets are regular expressions, as those of our own folders are.
    const adapters = '/methods/(lora|pissa|dora|lora_xs|randlora)/method\\.ts$|/io/pythonRegex\\.ts$';
    // What a bundler of a page puts around dynamic imports comes to 0.6 KiB.
    expect(weight(loaded(new RegExp(`${adapters}|/models/vit/vit\\.ts$`)))).toBeLessThan(79.4);
    for (const family of ['deit', 'dinov2', 'clip']) expect(weight(loaded(new RegExp(`${adapters}|/models/${family}/${family}\\.ts$`))), family).toBeLessThan(83);
  });

  test('has nothing of training', () => {
    const modules = made.flatMap(({ moduleIds }) => moduleIds.map((id) => id.slice(root.length + 1)));
    expect(modules.length).toBeGreaterThan(200);
    expect(modules.filter((id) => /^src\/(train|optim|tasks|records|studio|api|check)\/|_backward/.test(id))).toEqual([]);
  });

  const open = async (from: typeof openPlayer) => from({ model: await folderTree(goldenPath(SMALL_VIT)!), device });
  const picture = Float32Array.from({ length: 3 * 24 * 24 }, (_, i) => Math.sin(i * 0.37));

  test.each(keys.filter((key) => !methods[key]!.prompts && (methods[key]!.merged ?? methods[key]!.trains !== 'adapter')))('%s says what it says in the sources, to the bit', async (method) => {
    const folder = await tunedAdapter(onTargets(method, ['query', 'value']));
    const [ours, theirs] = [await open(openPlayer), await open(packaged.openPlayer)];
    try {
      for (const player of [ours, theirs]) {
        await player.load_adapter(folder);
        await player.set_adapter({ default: 0.75 });
      }
      expect(await theirs.logits([picture])).toEqual(await ours.logits([picture]));
      await theirs.set_adapter(null);
      expect(await theirs.logits([picture])).not.toEqual(await ours.logits([picture]));
    } finally {
      await Promise.all([ours.destroy(), theirs.destroy()]);
    }
  });

  test('reads regular expressions, and refuses what is not known with the types that are', async () => {
    const player = await open(packaged.openPlayer);
    await player.load_adapter(await folderTree(goldenPath('mixed/b')!), { adapter_name: 'b' });
    await player.load_adapter(await folderTree(goldenPath('mixed/c')!), { adapter_name: 'c' });
    await player.load_adapter(await tunedAdapter({ method: 'ia3', target_modules: ['query'], feedforward_modules: '.*query' }), { adapter_name: 'i' });
    await expect(player.load_adapter(await tunedAdapter({ method: 'vpt' }), { adapter_name: 'v' })).rejects.toThrow(/no update that could be added/);
    expect(Object.keys(types)).toContain('LORA');
    await player.destroy();
  });
});
