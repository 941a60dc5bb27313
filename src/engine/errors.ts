import { FullrankError } from '../errors/errors';

/** Kind of failure, so that callers can choose what to offer. */
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
export class EngineError extends FullrankError {
  override name = 'EngineError';
  constructor(
    readonly kind: EngineErrorKind,
    what: string,
    readonly details = '',
  ) {
    super(what);
  }
}

/** Shape text for messages: `[2, 3]`. */
export const shapeText = (shape: readonly number[]): string => `[${shape.join(', ')}]`;

/** Throws a shape error: `op: what, [shape] and [shape]`, and the way out. */
export function fail(op: string, what: string, ...shapes: (readonly number[])[]): never {
  throw new EngineError('shape', shapes.length ? `${op}: ${what}, ${shapes.map(shapeText).join(' and ')}` : `${op}: ${what}`);
}
