import type { Device } from './device';
import type { Program } from './record';
import type { Tensor } from './tensor';

/** A tensor to be read back, and where to: as many of its bytes, from the first on, as there is room for. */
export interface Reading {
  tensor: Tensor;
  data: ArrayBufferView;
}

/** Place of a tensor on the GPU. */
export interface Source {
  buffer: GPUBuffer;
  offset: number;
}

/** The parts of a machine that a gathering needs. */
export interface Gatherer {
  device: Device;
  staging: GPUBuffer;
  sourceOf(t: Tensor): Source;
  /** `Machine.run`; `last` adds to the commands of the submit that ends the program. */
  run(program: Program, signal: AbortSignal | undefined, last?: (encoder: GPUCommandEncoder) => void): Promise<void>;
}

/**
 * Reads tensors back together: they are copied on the GPU, one behind the other, into the staging buffer, which is mapped when it
 * is full and at the end. Results of many runs of a program thus cost one wait, and nothing that was not planned.
 */
export class Gathering {
  private pieces: { into: Uint8Array; at: number }[] = [];
  private filled = 0;

  constructor(private readonly machine: Gatherer) {}

  /** Takes tensors as they are once everything submitted so far has run. */
  async take(readings: readonly Reading[]): Promise<void> {
    const { device, staging } = this.machine;
    const { gpu } = device;
    device.check();
    let encoder = gpu.createCommandEncoder();
    for (const { tensor, data } of readings) {
      const { buffer, offset } = this.machine.sourceOf(tensor);
      const all = bytesOf(data);
      for (let at = 0; at < all.length; ) {
        if (this.filled === staging.size) {
          gpu.queue.submit([encoder.finish()]);
          await this.flush();
          encoder = gpu.createCommandEncoder();
        }
        const piece = all.subarray(at, at + staging.size - this.filled);
        this.copy(encoder, { buffer, offset: offset + at }, piece);
        at += piece.length;
      }
    }
    gpu.queue.submit([encoder.finish()]);
  }

  /** Runs a program and takes what it has made, in the submit that ends it. */
  async run(program: Program, made: Reading, signal?: AbortSignal): Promise<void> {
    const into = bytesOf(made.data);
    const { size } = this.machine.staging;
    if (into.length > size || program.entries.length === 0) {
      await this.machine.run(program, signal);
      return this.take([made]);
    }
    if (this.filled + into.length > size) await this.flush();
    const from = this.machine.sourceOf(made.tensor);
    await this.machine.run(program, signal, (encoder) => this.copy(encoder, from, into));
  }

  /** Waits for what was taken and hands it over. */
  async flush(): Promise<void> {
    const { pieces, filled } = this;
    if (filled === 0) return;
    const { device, staging } = this.machine;
    device.check();
    await device.wait(staging.mapAsync(1, 0, filled)); // GPUMapMode.READ
    const read = new Uint8Array(staging.getMappedRange(0, filled));
    for (const { into, at } of pieces) into.set(read.subarray(at, at + into.length));
    staging.unmap();
    this.pieces = [];
    this.filled = 0;
  }

  private copy(encoder: GPUCommandEncoder, { buffer, offset }: Source, into: Uint8Array): void {
    encoder.copyBufferToBuffer(buffer, offset, this.machine.staging, this.filled, into.length);
    this.pieces.push({ into, at: this.filled });
    this.filled += into.length;
  }
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array => new Uint8Array(buffer, byteOffset, byteLength);
