
/** Subgroup matrices by the type of their factors. */
export type MatrixKind = 'f32' | 'f16';

/** Result of a trial: the faster one of a software adapter, given by its name, and the processor. */
export interface Trial {
  adapter: string;
  faster: 'webgpu' | 'wasm';
}

/** Properties of a device, or the reason why there is none. */
export interface DeviceReport {
  ok: boolean;
  /** Empty when ok. */
  problem: '' | 'no-webgpu' | 'insecure-context' | 'no-adapter' | 'limits' | 'lost';
  /** The problem in words; empty when ok. */
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
  /** The alternative to compute on, if there is a choice between a software adapter and the processor. */
  other?: 'webgpu' | 'wasm';
  /** Result of a trial, if there was one, for the page to keep. */
  trial?: Trial;
}

/** True of the processor behind WebGPU's names, whose kernels are WebAssembly. */
export const onProcessor = ({ architecture }: Pick<DeviceReport, 'architecture'>): boolean => architecture === 'wasm';
