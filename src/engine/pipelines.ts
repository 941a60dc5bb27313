import type { Device } from './device';
import { EngineError } from './errors';
import type { Kernel } from './kernel';

/** A compute pipeline with the layout of its only bind group. */
export interface Pipeline {
  pipeline: GPUComputePipeline;
  layout: GPUBindGroupLayout;
}

const caches = new WeakMap<GPUDevice, { modules: Map<string, GPUShaderModule>; pipelines: Map<string, Promise<Pipeline>> }>();

const COMPUTE = 4; // GPUShaderStage.COMPUTE

/**
 * Compiles a kernel, once per device and set of overrides. The layout is built from the parsed bindings, since
 * `layout: 'auto'` drops what a variant does not use. A failed shader is reported with line, column and source.
 */
export function compilePipeline(device: Device, kernel: Kernel, overrides: Record<string, number>): Promise<Pipeline> {
  let cache = caches.get(device.gpu);
  if (!cache) caches.set(device.gpu, (cache = { modules: new Map(), pipelines: new Map() }));
  const { text, constants } = textFor(device, kernel, overrides);
  const key = `${JSON.stringify(constants)}\n${text}`;
  let pipeline = cache.pipelines.get(key);
  if (!pipeline) {
    pipeline = build(device, kernel, text, constants, cache.modules);
    cache.pipelines.set(key, pipeline);
    pipeline.catch(() => cache.pipelines.delete(key));
  }
  return pipeline;
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

async function build(device: Device, kernel: Kernel, text: string, constants: Record<string, number>, modules: Map<string, GPUShaderModule>): Promise<Pipeline> {
  const { gpu } = device;
  gpu.pushErrorScope('validation');
  let module = modules.get(text);
  if (!module) modules.set(text, (module = gpu.createShaderModule({ label: kernel.name, code: text })));
  const layout = gpu.createBindGroupLayout({
    label: kernel.name,
    entries: [
      ...kernel.bindings.map((b) => ({
        binding: b.binding,
        visibility: COMPUTE,
        buffer: { type: (b.access === 'read' ? 'read-only-storage' : 'storage') as GPUBufferBindingType },
      })),
      ...[kernel.paramsBinding, kernel.stepBinding]
        .filter((binding) => binding >= 0)
        .map((binding) => ({ binding, visibility: COMPUTE, buffer: { type: 'uniform' as const } })),
    ],
  });
  const promise = gpu.createComputePipelineAsync({
    label: kernel.name,
    layout: gpu.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: 'main', constants },
  });
  const scope = gpu.popErrorScope();
  try {
    const pipeline = await promise;
    const error = await scope;
    if (error) throw new Error(error.message);
    return { pipeline, layout };
  } catch (error) {
    // A lost device fails any kernel, so ask whether it still answers before the kernel is blamed.
    await device.wait(Promise.all([scope, gpu.queue.onSubmittedWorkDone()]));
    if (device.lost) device.check();
    throw new EngineError('shader', `kernel ${kernel.name} did not compile: ${await explain(module, text, error as Error)}`, text);
  }
}

async function explain(module: GPUShaderModule, text: string, error: Error): Promise<string> {
  const info = await module.getCompilationInfo();
  const lines = text.split('\n');
  const messages = info.messages
    .filter((m) => m.type === 'error')
    .map((m) => `${m.lineNum}:${m.linePos} ${m.message}\n    ${lines[m.lineNum - 1] ?? ''}`);
  return messages.length ? messages.join('\n') : error.message;
}
