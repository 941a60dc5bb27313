/** What a page asks of the worker that has its model: a picture's bytes, or a frame of the camera. */
export interface Ask {
  id: number;
  name: string;
  picture: Uint8Array<ArrayBuffer> | ImageBitmap;
}

/** What the worker says. */
export type Said =
  | { kind: 'loading'; done: number; total: number }
  | { kind: 'ready'; on: 'graphics card' | 'processor' }
  /** The model cannot be opened. */
  | { kind: 'failed'; message: string }
  /** Probability of each class, in the order of the page's labels. */
  | { kind: 'answer'; id: number; probabilities: Float64Array; ms: number }
  | { kind: 'refused'; id: number; message: string };
