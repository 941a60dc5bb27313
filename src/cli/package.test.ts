import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defined } from '../numbers/defined';
import { installPackage, readmeExample, type Installed } from '../testing/installed';

let installed: Installed;
const at = (...path: string[]): string => join(installed.folder, ...path);
// It builds, packs and installs in one go.
beforeAll(() => {
  installed = installPackage();
}, 3_600_000);
afterAll(() => installed?.remove());

/** Runs this Node in the project; its standard output. */
const node = (...args: string[]): string => execFileSync(process.execPath, args, { cwd: installed.folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, FULLRANK_CACHE: at('cache') } });

/** The same in the folder that has nothing but the package. */
const nodeAlone = (...args: string[]) => spawnSync(process.execPath, args, { cwd: installed.alone, encoding: 'utf8', env: { ...process.env, FULLRANK_CACHE: at('cache'), FULLRANK_DEVICE: '' } });

type Made = { type: string; fileName: string; isEntry: boolean; code: string; imports: string[] };

/** Output of Vite for a script that imports from the package. */
async function bundled(text: string): Promise<Made[]> {
  writeFileSync(at('bundled.js'), text);
  const made = await build({ root: installed.folder, configFile: false, logLevel: 'error', worker: { format: 'es' }, build: { target: 'es2023', write: false, modulePreload: false, rolldownOptions: { input: at('bundled.js') } } });
  return (made as unknown as { output: Made[] }).output.filter(({ type }) => type === 'chunk');
}

/** KiB, compressed, of what a page with that script loads before it asks for anything, and of what is loaded later. */
async function weight(text: string, later: (made: Made) => boolean = () => false): Promise<number> {
  const made = await bundled(text);
  const loaded = new Set(made.filter((one) => one.isEntry || later(one)).map(({ fileName }) => fileName));
  const files = () => made.filter(({ fileName }) => loaded.has(fileName));
  for (const name of loaded) made.find(({ fileName }) => fileName === name)?.imports.forEach((next) => loaded.add(next));
  return files().reduce((sum, { code }) => sum + gzipSync(code).byteLength, 0) / 1024;
}

describe('the package', () => {
  test('holds what is imported, its types, and what the command line needs, and no sources', () => {
    expect(installed.files).toEqual(expect.arrayContaining(['package.json', 'README.md', 'LICENSE', 'lib/LICENSES', 'lib/js/index.js', 'lib/js/engine.js', 'lib/js/worker.js', 'lib/types/api/index.d.ts', 'public/models/vit-nano/config.json']));
    expect(installed.files.filter((path) => /^((src(?!\/docs\/))|shaders|e2e|dist)\/|\.tsx?$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
    // 49 methods and their kernels, these also compiled for the processor; lines and names in what Node runs; the documentation.
    expect(installed.packed).toBeLessThan(9.25 * 2 ** 20);
  });

  test('its documents lead nowhere outside of it', () => {
    const links = installed.files.filter((path) => /^(README|src\/docs\/.*)\.md$/.test(path)).flatMap((path) =>
      [...readFileSync(join(installed.alone, 'node_modules/fullrank', path), 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)].map(([, link]) => link!).filter((link) => !/^https?:/.test(link)).map((link) => posix.join(posix.dirname(path), link)));
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((link) => !installed.files.includes(link))).toEqual([]);
  });

  test('weighs what is used of it, without React', async () => {
    expect(await weight("import { LoraConfig } from 'fullrank';\nconsole.log(new LoraConfig({ r: 8 }));")).toBeLessThan(2);
    expect(await weight("import { AutoTokenizer } from 'fullrank';\nconsole.log(AutoTokenizer);")).toBeLessThan(40);
    expect(await weight("import { load_dataset } from 'fullrank';\nconsole.log(load_dataset);")).toBeLessThan(60);
    expect(await weight("import * as all from 'fullrank';\nconsole.log(all);")).toBeLessThan(300);
    expect(await weight("import * as all from 'fullrank/engine';\nconsole.log(all);")).toBeLessThan(80);
    // With what it fetches for a ViT, a LoRA and a RandLoRA whose targets are regular expressions; what a graphics card does not need is left out.
    expect(await weight("import { openPlayer } from 'fullrank/player';\nconsole.log(openPlayer);", ({ fileName, code }) => /\/(vit|LORA|pythonRegex)-/.test(fileName) || code.includes('randlora_merge'))).toBeLessThan(80);
    const all = readdirSync(at('node_modules/fullrank/lib/js')).map((file) => readFileSync(at('node_modules/fullrank/lib/js', file), 'utf8'));
    expect(all.filter((text) => /from["'`]react|createElement\(/.test(text))).toEqual([]);
  });

  test('type-checks as Node and bundlers resolve it', () => {
    writeFileSync(at('use.ts'), `import { AutoImageProcessor, AutoModelForImageClassification, get_peft_model, LoraConfig, PeftModel, RandLoraConfig, Trainer, TrainingArguments, type Dataset } from 'fullrank';
import { connect, proxy } from 'fullrank/worker';
import { Recorder, type Tensor } from 'fullrank/engine';
import { openPlayer, type Classification } from 'fullrank/player';

export async function tune(data: Dataset, signal: AbortSignal): Promise<number> {
  const model = await AutoModelForImageClassification.from_pretrained('facebook/deit-tiny-patch16-224', { device: 'webgpu', dtype: 'fp16', progress_callback: (event) => console.log(event.status) });
  const peft: PeftModel = get_peft_model(model, new RandLoraConfig({ r: 32, target_modules: ['query', 'value'], modules_to_save: ['classifier'] }));
  peft.add_adapter('other', new LoraConfig({ r: 8, lora_alpha: 16 }));
  peft.set_adapter('default');
  const trainer = new Trainer({ model: peft, args: new TrainingArguments({ learning_rate: 1e-3, num_train_epochs: 1 }), train_dataset: data });
  const bytes: number = (await trainer.plan()).total_bytes;
  for await (const log of trainer.train({ signal })) if ('loss' in log) console.log(log.step, log.loss);
  const { pixel_values } = await (await AutoImageProcessor.from_pretrained('facebook/deit-tiny-patch16-224'))(await data.test.image(0));
  await (await peft.merge_and_unload()).save_pretrained();
  const { worker } = connect();
  await worker.importHubModel('owner/name', {}, proxy((event) => console.log(event.status)));
  const shape: Tensor['shape'] = new Recorder().declare('input', 'x', [2, 3]).shape;
  return bytes + pixel_values.data.length + shape.length;
}

export async function play(picture: Blob): Promise<Classification[] | undefined> {
  const player = await openPlayer({ model: 'owner/model', device: 'wasm', batch: 4 });
  await player.load_adapter('./adapters/signs', { adapter_name: 'signs' });
  await player.set_adapter({ signs: 0.7 });
  return (await player.classify([picture], { adapter_names: ['__base__'], top_k: 1 }))[0];
}

// @ts-expect-error a rank is a number
new RandLoraConfig({ r: 'many' });
// @ts-expect-error there is no such storage
void AutoModelForImageClassification.from_pretrained('owner/name', { dtype: 'q4' });
`);
    const check = (options: object) => {
      writeFileSync(at('tsconfig.json'), JSON.stringify({ compilerOptions: { noEmit: true, strict: true, target: 'es2023', lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'], types: [], ...options }, files: ['use.ts'] }));
      node('node_modules/typescript/bin/tsc', '-p', '.');
    };
    try {
      check({ module: 'nodenext' });
      check({ module: 'esnext', moduleResolution: 'bundler' });
    } catch (error) {
      throw new Error((error as { stdout: string }).stdout);
    }
  });

  test('does nothing when it is imported', async () => {
    const made = await bundled("import 'fullrank';\nimport 'fullrank/engine';\n");
    expect(made.map(({ code }) => code.trim()).join('')).toBe('');
    // What it could fetch later is there all the same.
    expect((await bundled("import 'fullrank/player';\n")).filter(({ isEntry }) => isEntry).map(({ code, imports }) => [code.trim(), imports])).toEqual([['', []]]);
  });

  test('a bundler finds the page’s project, and the worker', async () => {
    writeFileSync(at('apart.js'), "import { connect } from 'fullrank/worker';\nconsole.log(await connect().worker.device());\n");
    await build({ root: installed.folder, configFile: false, logLevel: 'error', worker: { format: 'es' }, build: { target: 'es2023', rolldownOptions: { input: { index: at('index.html'), apart: at('apart.js') } } } });
    const made = readdirSync(at('dist/assets'));
    expect(made.some((file) => /^worker-.*\.js$/.test(file))).toBe(true);
    const text = readFileSync(at('dist/assets', made.find((file) => /^apart-/.test(file))!), 'utf8');
    expect(text).toMatch(/new Worker\(new URL\(.*\/assets\/worker-/);
    expect(existsSync(at('dist/index.html'))).toBe(true);
  });

  test('the command line comes with it', () => {
    const fullrank = (...args: string[]) => node('node_modules/fullrank/lib/js/fullrank.js', ...args);
    expect(fullrank('--help')).toContain('fullrank COMMAND [flags]');
    const plan = JSON.parse(fullrank('plan', '--model', 'vit-nano', '--method', 'randlora', '--batch', '4', '--json', '-')) as { adapter_parameters: number };
    expect(plan.adapter_parameters).toBeGreaterThan(1000);
    expect(existsSync(at('node_modules/.bin/fullrank'))).toBe(true);
  });

  test('and computes on the processor, by itself or where it is asked to', () => {
    for (const [flags, said] of [[[], /^fullrank: .*The processor computes instead.*\n$/], [['--device', 'wasm'], /^$/]] as const) {
      const { status, stdout, stderr } = nodeAlone('node_modules/fullrank/lib/js/fullrank.js', 'train', '--model', 'vit-nano', '--data', 'fashion-mnist', '--method', 'lora', '--steps', '2', '--batch', '4', '--test-limit', '20', '--json', '-', ...flags);
      expect([status, stderr]).toEqual([0, expect.stringMatching(said)]);
      expect((JSON.parse(stdout) as { curve: unknown[] }).curve).toHaveLength(2);
    }
    const { status, stderr } = nodeAlone('node_modules/fullrank/lib/js/fullrank.js', 'train', '--model', 'vit-nano', '--data', 'fashion-mnist', '--method', 'lora', '--no-save', '--device', 'webgpu');
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^fullrank: .*npm install webgpu\n$/)]);
  });
});

/** Losses of docs/examples/engine.mjs, in double precision and by hand: two layers, mean cross entropy, AdamW with decay of the weights alone. */
function ringLosses(steps: number): number[] {
  const [rows, hidden, lr] = [256, 32, 0.02];
  const x = Array.from({ length: rows }, (_, i) => [(i % 2 ? 1 : 0.4) * Math.cos(i), (i % 2 ? 1 : 0.4) * Math.sin(i)]);
  const start = (length: number) => Float64Array.from({ length }, (_, k) => 0.5 * Math.sin(k * k + 1));
  const values = [start(hidden * 2), new Float64Array(hidden), start(2 * hidden), new Float64Array(2)] as const;
  const [w1, b1, w2, b2] = values;
  const [m, v] = [values.map((p) => p.map(() => 0)), values.map((p) => p.map(() => 0))];
  return Array.from({ length: steps + 1 }, (_, step) => {
    const grads = values.map((p) => p.map(() => 0));
    const [g1, c1, g2, c2] = grads as [Float64Array, Float64Array, Float64Array, Float64Array];
    let loss = 0;
    for (let i = 0; i < rows; i++) {
      const h = Array.from({ length: hidden }, (_, j) => Math.max(0, defined(b1[j]) + defined(w1[2 * j]) * defined(defined(x[i])[0]) + defined(w1[2 * j + 1]) * defined(defined(x[i])[1])));
      const z = [0, 1].map((k) => h.reduce((sum, value, j) => sum + defined(w2[k * hidden + j]) * value, defined(b2[k])));
      const p1 = 1 / (1 + Math.exp(defined(z[0]) - defined(z[1])));
      const p = [1 - p1, p1];
      loss -= Math.log(defined(p[i % 2])) / rows;
      const dz = p.map((value, k) => (value - Number(k === i % 2)) / rows);
      for (let j = 0; j < hidden; j++) {
        for (const k of [0, 1]) g2[k * hidden + j] = defined(g2[k * hidden + j]) + (defined(dz[k]) * defined(h[j]));
        const dh = defined(h[j]) > 0 ? defined(dz[0]) * defined(w2[j]) + defined(dz[1]) * defined(w2[hidden + j]) : 0;
        g1[2 * j] = defined(g1[2 * j]) + (dh * defined(defined(x[i])[0]));
        g1[2 * j + 1] = defined(g1[2 * j + 1]) + (dh * defined(defined(x[i])[1]));
        c1[j] = defined(c1[j]) + dh;
      }
      for (const k of [0, 1]) c2[k] = defined(c2[k]) + defined(dz[k]);
    }
    values.forEach((p, at) => p.forEach((value, k) => {
      const g = defined(defined(grads[at])[k]);
      defined(m[at])[k] = 0.9 * defined(defined(m[at])[k]) + 0.1 * g;
      defined(v[at])[k] = 0.999 * defined(defined(v[at])[k]) + 0.001 * g * g;
      const decayed = value * (1 - lr * (at % 2 ? 0 : 0.01));
      p[k] = decayed - (lr * defined(defined(m[at])[k])) / (1 - 0.9 ** (step + 1)) / (Math.sqrt(defined(defined(v[at])[k]) / (1 - 0.999 ** (step + 1))) + 1e-8);
    }));
    return loss;
  });
}

describe('in Node', () => {
  test('thirty lines on the engine train a network of two layers, as computed by hand', () => {
    const lines = readFileSync(at('engine.mjs'), 'utf8').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('//'));
    expect(lines.length).toBeLessThanOrEqual(30);
    const printed = [...node('engine.mjs').matchAll(/step (\d+) {2}loss ([\d.]+) {2}(\d+) of 256 right/g)].map(([, step, loss, right]) => [Number(step), Number(loss), Number(right)] as const);
    expect(printed.map(([step]) => step)).toEqual([0, 100, 200, 300]);
    const losses = ringLosses(300);
    // Four digits are printed; after a hundred steps rounding in f32 has come to a thousandth of the loss at most.
    for (const [step, loss] of printed) expect(Math.abs(loss - defined(losses[step]))).toBeLessThan(1e-4 + 0.01 * defined(losses[step]));
    expect(printed.at(-1)![2]).toBe(256);
  });

  test('ten lines train, measure and save an adapter', () => {
    const lines = readFileSync(at('node.mjs'), 'utf8').split('\n').filter((line) => line.trim() !== '' && !line.startsWith('//') && !line.startsWith('import'));
    expect(lines.length).toBeLessThanOrEqual(10);
    const printed = node('node.mjs', 'node_modules/fullrank/public/models/vit-nano', 'node_modules/fullrank/public/data/fashion-mnist');
    const losses = [...printed.matchAll(/\bloss: ([\d.]+)/g)].map(([, loss]) => Number(loss));
    expect(losses.length).toBeGreaterThanOrEqual(10);
    expect(Math.min(...losses.slice(5))).toBeLessThan(defined(losses[0]));
    expect(printed).toMatch(/total_bytes: \d+/);
    const config = JSON.parse(readFileSync(at('adapter/adapter_config.json'), 'utf8')) as object;
    expect(config).toMatchObject({ peft_type: 'RANDLORA', r: 8, modules_to_save: ['classifier'] });
  });

  test('the adapter that was saved plays beside its model, from the base to it and both in one batch', () => {
    const lines = node('player.mjs', 'node_modules/fullrank/public/models/vit-nano', 'adapter').trim().split('\n');
    const answers = lines.slice(0, 3).map((line) => /^(0|0\.5|1) \{ label: '(.+)', score: ([\d.]+) \}$/.exec(line)!.slice(1));
    expect(answers.map(([weight]) => weight)).toEqual(['0', '0.5', '1']);
    // The last word of the slider is the first of the batch; the base has classes of its own.
    const [tuned, base] = [...lines.slice(3).join('').matchAll(/label: '(.+?)', score: ([\d.]+)/g)].map(([, label, score]) => [label, score]);
    expect(tuned).toEqual(answers[2]!.slice(1));
    expect(base![0]).toMatch(/\//);
  });

  test('the example of the README runs as it stands, with nothing beside the package', () => {
    writeFileSync(join(installed.alone, 'example.mjs'), readmeExample());
    const { status, stdout, stderr } = nodeAlone('example.mjs');
    expect([status, stderr]).toEqual([0, expect.stringMatching(/^fullrank: .*The processor computes instead.*\n$/)]);
    const losses = [...stdout.matchAll(/\bloss: ([\d.]+)/g)].map(([, loss]) => Number(loss));
    expect(losses.length).toBeGreaterThan(20);
    expect(Math.min(...losses.slice(-5))).toBeLessThan(defined(losses[0]));
    // Of ten classes; the model has seen no clothes before.
    expect(Number(/eval_accuracy: ([\d.]+)(?![\s\S]*eval_accuracy)/.exec(stdout)?.[1])).toBeGreaterThan(0.3);
  });

  test('where there is WebGPU and no card, the processor computes', () => {
    const script = "import { requestDevice } from 'fullrank/engine';\nconst device = await requestDevice();\nconsole.log(device.report.architecture);\nprocess.exit();\n";
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { cwd: installed.folder, encoding: 'utf8', env: { ...process.env, VK_DRIVER_FILES: at('no-driver.json') } });
    expect(stdout).toBe('wasm\n');
  });

  test('require has all of it too', () => {
    const { stdout } = nodeAlone('--no-warnings', '-p', "['fullrank', 'fullrank/engine', 'fullrank/node'].map((name) => typeof require(name).requestDevice).concat(typeof require('fullrank/player').openPlayer).join()");
    expect(stdout.trim()).toBe('function,function,function,function');
  });

  test('an error that nobody catches shows where it was thrown, then its class and its sentence', () => {
    const { status, stderr } = nodeAlone('--input-type=module', '-e', "import { load_dataset } from 'fullrank';\nawait load_dataset('owner/name', { endpoint: 'http://127.0.0.1:1' });");
    expect(status).toBe(1);
    const lines = stderr.split('\n');
    expect(lines.findIndex((line) => /^HubError: http:\/\/127\.0\.0\.1:1 cannot be reached/.test(line))).toBeLessThan(6);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(500);
  });
});
