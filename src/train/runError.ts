import { EngineError } from '../engine/errors';
import type { RunError } from './protocol';

/** Turns whatever was thrown into what happened, what was kept and what to do. */
export function runError(error: unknown, kept: string): RunError {
  const e = error instanceof Error ? error : new Error(String(error));
  const details = `${e.name}: ${e.message}\n${e instanceof EngineError ? e.details : ''}\n${e.stack ?? ''}`;
  if (e instanceof EngineError) {
    if (e.kind === 'device-lost') return { kind: 'device-lost', message: `${e.message} The next run opens a new one.`, kept, details };
    if (e.kind === 'out-of-memory') return { kind: 'out-of-memory', message: e.message, kept, details };
    if (e.kind === 'aborted') return { kind: 'cancelled', message: e.message, kept, details };
    if (e.kind === 'shape') return { kind: 'bad-input', message: e.message, kept, details };
  }
  if (e.name === 'DivergedError') return { kind: 'diverged', message: e.message, kept, details };
  if (['ModelError', 'FormatError', 'DataError', 'ConfigError', 'HubError'].includes(e.name)) return { kind: 'bad-input', message: e.message, kept, details };
  return { kind: 'internal', message: `Something went wrong inside: ${e.message}`, kept, details };
}
