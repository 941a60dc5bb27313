import { EngineError } from '../engine/errors';
import { english, reasonOf, said, SaidError, type Said } from '../said/said';
import type { RunError } from './protocol';

/** A run that others wait for has failed, and has said how. */
export class RunFailure extends Error {
  override name = 'RunFailure';
  constructor(readonly told: RunError) {
    super(told.message);
  }
}

/** Turns whatever was thrown into what happened, what was kept and what to do. */
export function runError(error: unknown, kept: Said): RunError {
  if (error instanceof RunFailure) return { ...error.told, kept: english(kept), said: { message: error.told.said?.message ?? said`${error.message}`, kept } };
  const e = error instanceof Error ? error : new Error(String(error));
  const details = `${e.name}: ${e.message}\n${e instanceof EngineError ? e.details : ''}\n${e.stack ?? ''}`;
  const [kind, message] = kindOf(e);
  return { kind, message: english(message), kept: english(kept), said: { message, kept }, details };
}

function kindOf(e: Error): [RunError['kind'], Said] {
  if (e instanceof EngineError) {
    if (e.kind === 'device-lost') return ['device-lost', said`${e.said} The next run opens a new one.`];
    if (e.kind === 'out-of-memory') return ['out-of-memory', e.said];
    if (e.kind === 'aborted') return ['cancelled', e.said];
    if (e.kind === 'shape') return ['bad-input', e.said];
  } else if (e instanceof SaidError) {
    return [e.name === 'DivergedError' ? 'diverged' : 'bad-input', e.said];
  }
  return ['internal', said`Something went wrong inside: ${reasonOf(e)}`];
}
