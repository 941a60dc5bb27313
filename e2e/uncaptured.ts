// A page's script and a worker's: makes a WebGPU error that nobody captures, to prove that the fixtures notice.
export async function provoke(where: string) {
  const adapter = await navigator.gpu.requestAdapter();
  const device = await adapter!.requestDevice();
  device.createBuffer({ label: where, size: 4, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE });
  await device.queue.onSubmittedWorkDone();
}

if (!('document' in globalThis)) void provoke('in a worker');
