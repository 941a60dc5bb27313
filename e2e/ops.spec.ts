import { readdirSync, readFileSync } from 'node:fs';
import { ensureBuilt } from '../src/cli/setup/build.mjs';
import { goldenNames, goldenPath } from '../src/testing/goldenFiles';
import { expect, test } from './fixtures';

const VIT = 'models/vit_small_dev';
const ADAPTERS = 'adapters/vit_small_dev';

test.use({ site: 'engine' });

test('every kernel computes in this browser what it computes in Node', async ({ page }) => {
  await page.goto('/e2e/engine.html');
  const { cases, kernels, adapter, quads, swiftshader } = await page.evaluate(async () => {
    const { mustOpen, recordCase } = await load<typeof import('../src/testing/checkOp')>('/src/testing/checkOp.ts');
    const { formsIn, judge, judgeForm, opCases, representativeCases } = await load<typeof import('../src/testing/opCases')>('/src/testing/opCases.ts');
    const device = await mustOpen(navigator.gpu);
    const { quads } = device;
    const cases: { name: string; problems: string[]; ms: number }[] = [];
    const kernels = new Set<string>();
    for (const c of representativeCases()) {
      const twins = recordCase(c).program.entries.some(({ kernel }) => kernel.quadText);
      for (device.quads of quads && twins ? [true, false] : [quads]) {
        const start = performance.now();
        const { result, problems } = await judge(device, c);
        result.kernels.forEach((name) => kernels.add(name));
        cases.push({ name: `${c.name}${device.quads ? ' with quads' : ''}`, problems: [...problems, ...device.errors.splice(0)], ms: Math.round(performance.now() - start) });
      }
    }
    for (const c of opCases.matmul!.filter((c) => c.everyForm && !Object.values(c.inputs).some((input) => input?.dtype))) {
      for (const form of formsIn(c).filter((form) => !form.startsWith('half') || device.gpu.features.has('shader-f16'))) {
        const start = performance.now();
        const problems = await judgeForm(device, c, form);
        cases.push({ name: `${c.name} as ${form}`, problems: [...problems, ...device.errors.splice(0)], ms: Math.round(performance.now() - start) });
      }
    }
    const { vendor, architecture } = device.report;
    device.destroy();
    return { cases, kernels: [...kernels], adapter: `${vendor} ${architecture}`, quads, swiftshader: architecture === 'swiftshader' };
  });
  // So that both forms of a kernel with quads have run.
  if (swiftshader) expect(quads).toBe(true);
  console.log(`${cases.length} cases, ${kernels.length} kernels on ${adapter}, slowest ${JSON.stringify([...cases].sort((a, b) => b.ms - a.ms).slice(0, 3))}`);
  expect(cases.filter((c) => c.problems.length > 0)).toEqual([]);
  expect(kernels.length).toBeGreaterThan(40);
});

test('every kernel computes on the processor in this browser what it computes in Node, and so do the goldens of PEFT', async ({ page }) => {
  // The build compiles the kernels.
  await ensureBuilt();
  const goldens = goldenNames(ADAPTERS);
  await page.exposeFunction('filesOf', (folder: string) => Object.fromEntries(readdirSync(goldenPath(folder)!).filter((name) => /\.(json|safetensors)$/.test(name)).map((name) => [name, readFileSync(`${goldenPath(folder)!}/${name}`).toString('base64')])));
  await page.goto('/e2e/engine.html');
  const found = await page.evaluate(async ([goldens, vit, adapters]) => {
    const { mustOpen } = await load<typeof import('../src/testing/checkOp')>('/src/testing/checkOp.ts');
    const { judge, representativeCases } = await load<typeof import('../src/testing/opCases')>('/src/testing/opCases.ts');
    const { shipped } = await load<typeof import('../src/wasm/shipped')>('/src/wasm/shipped.ts');
    const { loadAdapter } = await load<typeof import('../src/adapters/files')>('/src/adapters/files/index.ts');
    const { parseModel } = await load<typeof import('../src/models')>('/src/models/index.ts');
    const { memoryTree } = await load<typeof import('../src/io/fileTree')>('/src/io/fileTree.ts');
    const { bytesAccess, openSafetensors } = await load<typeof import('../src/io/safetensors')>('/src/io/safetensors.ts');
    const { stepErrors } = await load<typeof import('../src/testing/goldenStep')>('/src/testing/goldenStep.ts');
    const { filesOf } = globalThis as unknown as { filesOf(folder: string): Promise<Record<string, string>> };
    const folder = async (path: string) => Object.fromEntries(Object.entries(await filesOf(path)).map(([name, text]) => [name, Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))]));
    const device = await mustOpen(shipped());
    const problems: string[] = [];
    const kernels = new Set<string>();
    for (const c of representativeCases()) {
      const { result, problems: wrong } = await judge(device, c);
      result.kernels.forEach((name) => kernels.add(name));
      problems.push(...[...wrong, ...device.errors.splice(0)].map((problem) => `${c.name}: ${problem}`));
    }
    const model = await folder(vit);
    const open = (files: Record<string, Uint8Array<ArrayBuffer>>, name: string) => {
      const bytes = files[name];
      if (!bytes) throw new Error(`${name} is not among the files.`);
      return openSafetensors(bytesAccess(bytes));
    };
    const [source, io] = await Promise.all([open(model, 'model.safetensors'), open(model, 'io.safetensors')]);
    for (const name of goldens) {
      const files = await folder(`${adapters}/${name}`);
      const adapter = await loadAdapter(memoryTree(name, files), parseModel(JSON.parse(new TextDecoder().decode(model['config.json'])) as Record<string, unknown>));
      const errors = await stepErrors(device, adapter, source, io, await open(files, 'step.safetensors'));
      problems.push(...errors.filter(({ error, most }) => !(error < most)).map(({ what, error }) => `${name}, ${what}: ${error}`));
    }
    device.destroy();
    return { problems, kernels: kernels.size };
  }, [goldens, VIT, ADAPTERS] as const);
  console.log(`${found.kernels} kernels and ${goldens.length} goldens of PEFT on the processor`);
  expect(found.problems).toEqual([]);
  expect(found.kernels).toBeGreaterThan(100);
});

test('the optimizer, a checkpoint and an abort work in this browser', async ({ page }) => {
  await page.goto('/e2e/engine.html');
  const result = await page.evaluate(async () => {
    const { mustOpen } = await load<typeof import('../src/testing/checkOp')>('/src/testing/checkOp.ts');
    const { Recorder } = await load<typeof import('../src/engine/record')>('/src/engine/record.ts');
    const { Machine } = await load<typeof import('../src/engine/machine')>('/src/engine/machine.ts');
    const { noStep } = await load<typeof import('../src/engine/step')>('/src/engine/step.ts');
    const { linear } = await load<typeof import('../src/ops/matmul')>('/src/ops/matmul.ts');
    const { crossEntropy } = await load<typeof import('../src/ops/crossEntropy')>('/src/ops/crossEntropy.ts');
    const { adamw } = await load<typeof import('../src/optim/adamw')>('/src/optim/adamw.ts');
    const { biasCorrections } = await load<typeof import('../src/optim/schedule')>('/src/optim/schedule.ts');

    const device = await mustOpen(navigator.gpu);
    const rec = new Recorder();
    const x = rec.declare('input', 'x', [4, 8]);
    const labels = rec.declare('input', 'labels', [4], 'u32');
    const program = rec.program('train', () => {
      const h = rec.checkpoint(() => linear(x, rec.param('up', [12, 8], 'body'), { act: 'gelu' }));
      const logits = linear(h, rec.param('head', [4, 12], 'head'));
      rec.backward(logits, crossEntropy(logits, labels).dlogits!);
      rec.setPhase('update');
      adamw({ beta1: 0.9, beta2: 0.999, eps: 1e-8, weightDecay: {}, headGroups: ['head'] });
    });
    const machine = await Machine.build(device, rec);
    const equal = JSON.stringify(machine.plan.bytes) === JSON.stringify({ ...machine.plan.bytes, ...device.ledger });
    const wave = (n: number) => Float32Array.from({ length: n }, (_, i) => Math.sin(i * 1.7));
    machine.write(x, wave(32));
    machine.write(labels, Uint32Array.from([0, 1, 2, 3]));
    for (const name of ['up', 'head']) machine.write(rec.find(name)!, wave(rec.find(name)!.storage.bytes / 4));
    const losses: number[] = [];
    for (let t = 1; t <= 20; t++) {
      machine.setStep({ ...noStep, lr: 0.05, headLr: 0.05, maxNorm: 1, invCount: 0.25, ...biasCorrections(t, 0.9, 0.999) });
      await machine.run(program);
      const [loss = NaN] = await machine.readLate(rec.find('metrics')!);
      losses.push(loss);
    }
    const aborted = await machine.run(program, AbortSignal.abort()).catch((e: { kind?: string }) => e.kind);
    machine.destroy();
    const left = { ...device.ledger };
    device.destroy();
    return { losses, aborted, equal, left };
  });
  expect(result.losses[0]).toBeGreaterThan(0.5);
  expect(result.losses.at(-1)).toBeLessThan(0.1);
  expect(result).toMatchObject({ aborted: 'aborted', equal: true, left: {} });
});
