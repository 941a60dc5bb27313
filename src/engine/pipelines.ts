import type { Device } from './device';
import { EngineError } from './errors';
import { formOf } from './forms';
import type { Kernel } from './kernel';
import type { Recorder } from './record';

/** A compute pipeline with the layout of its only bind group. */
export interface Pipeline {
  pipeline: GPUComputePipeline;
  layout: GPUBindGroupLayout;
}

interface Cache {
  modules: Map<string, GPUShaderModule>;
  pipelines: Map<string, Promise<Pipeline>>;
}

/** Of each device; what a lost one had goes with it. */
const caches = new WeakMap<GPUDevice, Cache>();

/** Pipelines that are kept of a device, those used last: a run has 30 to 60, and shares most of them with others. */
export const MOST_PIPELINES = 512;

const COMPUTE = 4; // GPUShaderStage.COMPUTE

/**
 * Compiles a kernel, once per device and set of overrides. The layout is built from the parsed bindings, since
 * `layout: 'auto'` drops what a variant does not use. A failed shader is reported with line, column and source.
 */
export function compilePipeline(device: Device, kernel: Kernel, overrides: Record<string, number>): Promise<Pipeline> {
  const { modules, pipelines } = cacheOf(device.gpu);
  const { text, constants } = textFor(device, kernel, overrides);
  const key = `${JSON.stringify(constants)}\n${text}`;
  return kept(pipelines, key, () => {
    const module = () => kept(modules, text, () => device.gpu.createShaderModule({ label: kernel.name, code: text }));
    const pipeline = build(device, kernel, text, constants, module);
    // Both are made anew by whoever asks again: a module may have failed for want of memory.
    pipeline.catch(() => {
      pipelines.delete(key);
      modules.delete(text);
    });
    return pipeline;
  });
}

/**
 * Compiles what a recorder's programs need, before a machine is built of them: one pipeline after another, so that whatever
 * else goes on gets its turn. Ends early when aborted.
 */
export async function compileAhead(device: Device, rec: Recorder, signal: AbortSignal): Promise<void> {
  for (const entry of rec.programs.flatMap(({ entries }) => entries)) {
    if (signal.aborted) return;
    const { kernel, overrides } = formOf(device, entry);
    await compilePipeline(device, kernel, overrides);
  }
}

function cacheOf(gpu: GPUDevice): Cache {
  let cache = caches.get(gpu);
  if (!cache) {
    caches.set(gpu, (cache = { modules: new Map(), pipelines: new Map() }));
    void gpu.lost.then(() => caches.delete(gpu));
  }
  return cache;
}

/** Returns the value under this key, made now if there is none; the one that nobody has asked for longest gives way. */
function kept<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.delete(key);
  map.set(key, value);
  if (map.size > MOST_PIPELINES) map.delete(map.keys().next().value!);
  return value;
}

/**
 * The text of a kernel that this device runs, and the overrides that are left to set. What sizes workgroup memory stands in the
 * text as a constant: arrays sized by an override stay empty in Safari, without an error, and Adreno's compiler gets them wrong.
 */
export function textFor(
  { quads, octs }: Pick<Device, 'quads' | 'octs'>,
  kernel: Kernel,
  overrides: Record<string, number>,
): { text: string; constants: Record<string, number> } {
  let text = (quads && octs && kernel.octText) || (quads && kernel.quadText) || kernel.text;
  const constants = { ...overrides };
  for (const name of kernel.sizes) {
    text = text.replace(new RegExp(`override ${name}: u32 = (\\d+)u;`), (_, usual) => `const ${name}: u32 = ${overrides[name] ?? usual}u;`);
    delete constants[name];
  }
  return { text, constants };
}

async function build(device: Device, kernel: Kernel, text: string, constants: Record<string, number>, moduleOf: () => GPUShaderModule): Promise<Pipeline> {
  const { gpu } = device;
  gpu.pushErrorScope('validation');
  let module: GPUShaderModule | null = null;
  // A promise also where one of these calls throws, so that the scope is closed.
  const asked = (async (): Promise<Pipeline> => {
    module = moduleOf();
    const layout = gpu.createBindGroupLayout({
      label: kernel.name,
      entries: [
        ...kernel.bindings.map((b) => ({
          binding: b.binding,
          visibility: COMPUTE,
          buffer: { type: b.access === 'read' ? ('read-only-storage' as const) : ('storage' as const) },
        })),
        ...[kernel.paramsBinding, kernel.stepBinding]
          .filter((binding) => binding >= 0)
          .map((binding) => ({ binding, visibility: COMPUTE, buffer: { type: 'uniform' as const } })),
      ],
    });
    const pipeline = await gpu.createComputePipelineAsync({
      label: kernel.name,
      layout: gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
      compute: { module, entryPoint: 'main', constants },
    });
    return { pipeline, layout };
  })();
  const scope = gpu.popErrorScope();
  try {
    const made = await asked;
    const error = await scope;
    if (error) throw new Error(error.message);
    return made;
  } catch (error) {
    // A lost device fails any kernel, so ask whether it still answers before the kernel is blamed.
    await device.wait(Promise.all([scope, gpu.queue.onSubmittedWorkDone()]));
    if (device.lost) device.check();
    throw new EngineError('shader', `kernel ${kernel.name} did not compile: ${await explain(module, text, error as Error)}`, text);
  }
}

async function explain(module: GPUShaderModule | null, text: string, error: Error): Promise<string> {
  if (!module) return error.message;
  const info = await module.getCompilationInfo();
  const lines = text.split('\n');
  const messages = info.messages
    .filter((m) => m.type === 'error')
    .map((m) => `${m.lineNum}:${m.linePos} ${m.message}\n    ${lines[m.lineNum - 1] ?? ''}`);
  return messages.length ? messages.join('\n') : error.message;
}
