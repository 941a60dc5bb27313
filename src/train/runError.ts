import { EngineError } from '../engine/errors';
import { FullrankError } from '../errors/errors';
import { cut } from '../errors/text';
import type { RunError } from './protocol';

/** A run that others wait for has failed, and has reported how. */
export class RunFailure extends Error {
  override name = 'RunFailure';
  constructor(readonly reported: RunError) {
    super(reported.message);
  }
}

/** Turns whatever was thrown into what happened, what was kept and what to do. */
export function runError(error: unknown, kept: string): RunError {
  if (error instanceof RunFailure) return { ...error.reported, kept };
  const e = error instanceof Error ? error : new Error(String(error));
  const details = `${e.name}: ${e.message}\n${e instanceof EngineError ? e.details : ''}\n${e.stack ?? ''}`;
  const [kind, message] = kindOf(e);
  return { kind, message, kept, details };
}

function kindOf(e: Error): [RunError['kind'], string] {
  if (e instanceof EngineError) {
    if (e.kind === 'device-lost') return ['device-lost', `${e.message} The next run opens a new one.`];
    if (e.kind === 'out-of-memory') return ['out-of-memory', e.message];
    if (e.kind === 'aborted') return ['cancelled', e.message];
    if (e.kind === 'shape') return ['bad-input', e.message];
  } else if (e instanceof FullrankError) {
    return [e.name === 'DivergedError' ? 'diverged' : 'bad-input', e.message];
  }
  return ['internal', `Something went wrong inside: ${cut(e.message, 1000)}`];
}
