
/** Subgroup matrices by the type of their factors. */
export type MatrixKind = 'f32' | 'f16';

/** What a trial said: which of a software adapter, by its name, and the processor is the faster one. */
export interface Trial {
  adapter: string;
  faster: 'webgpu' | 'wasm';
}

/** What a device is, or why there is none. */
export interface DeviceReport {
  ok: boolean;
  /** Empty when ok. */
  problem: '' | 'no-webgpu' | 'insecure-context' | 'no-adapter' | 'limits' | 'lost';
  /** What is wrong; empty when ok. */
  message: string;
  vendor: string;
  architecture: string;
  description: string;
  /** True on SwiftShader, llvmpipe, WARP: correct, but slow. */
  software: boolean;
  features: string[];
  /** Subgroup matrices that products can use. */
  matrices: MatrixKind[];
  limits: Record<string, number>;
  /** What else could compute here, where there is a choice between a software adapter and the processor. */
  other?: 'webgpu' | 'wasm';
  /** What a trial said, if there was one: for the page to keep. */
  trial?: Trial;
}

/** True of the processor behind WebGPU's names, whose kernels are WebAssembly. */
export const onProcessor = ({ architecture }: Pick<DeviceReport, 'architecture'>): boolean => architecture === 'wasm';
