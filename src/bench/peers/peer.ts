import type { Place, Running } from '../entry';
import type { blockWork } from '../work';

/** A product: x (M, K), or (K, M) where it is transposed, and w (K, N). */
export interface MatmulWork {
  M: number;
  K: number;
  N: number;
  xTransposed: boolean;
  x: Float32Array;
  w: Float32Array;
}

/** An ONNX file and its input. */
export interface FileWork {
  file: Uint8Array;
  pixels: Float32Array;
  shape: number[];
}

/** Works that peers are asked for, by name, with their inputs. */
export interface Works {
  matmul: MatmulWork;
  block: ReturnType<typeof blockWork>;
  vit: undefined;
  file: FileWork;
}

/** Exports of a peer's module: the works it can do. */
export type Peer = { [K in keyof Works]?: (work: Works[K], place: Place) => Promise<Running> };
