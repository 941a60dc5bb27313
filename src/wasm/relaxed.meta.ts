/** A module of one function with an instruction of relaxed SIMD. Source: Google Chrome Labs, wasm-feature-detect. */
const RELAXED = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11];

/** True if WebAssembly here has what fused kernels need. */
export const canFuse = (): boolean => WebAssembly.validate(Uint8Array.from(RELAXED));
