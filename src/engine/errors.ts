import { allOf, said, SaidError, type Said } from '../said/said';

/** What went wrong, so that callers can choose what to offer. */
export type EngineErrorKind =
  | 'no-webgpu'
  | 'no-adapter'
  | 'limits'
  | 'shader'
  | 'validation'
  | 'out-of-memory'
  | 'device-lost'
  | 'aborted'
  | 'shape';

/** An error of the engine. `message` is one sentence for people; `details` is for a bug report. */
export class EngineError extends SaidError {
  override name = 'EngineError';
  constructor(
    readonly kind: EngineErrorKind,
    what: Said,
    readonly details = '',
  ) {
    super(what);
  }
}

/** Shape text for messages: `[2, 3]`. */
export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Throws a shape error: `op: what, [shape] and [shape]`, and the way out. */
export function fail(op: string, what: Said, ...shapes: (readonly number[])[]): never {
  throw new EngineError('shape', shapes.length ? said`${op}: ${what}, ${allOf(shapes.map(shapeText))}` : said`${op}: ${what}`);
}
