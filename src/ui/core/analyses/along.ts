import { useEffect } from 'react';
import { create } from 'zustand';
import type { Along, AlongEvent, AlongSpec } from '../../../analysis/analysis.meta';
import { messageOf } from '../../../errors/errors';
import { proxy } from '../../../studio/connect';
import type { DataInfo, RunSpec } from '../../../train/protocol';
import { learnedFrom } from '../data/medium';
import { runById } from '../runs/runs';
import { useImported } from '../storage/imported';
import { studio } from '../worker/client';
import { filesOf, idsOf, keepAnalysis, keptAlong } from './analyses';

/** Accuracy and forgetting along the update of one run, or of an adapter from outside: what is measured, and what was. */

type What = AlongSpec['what'];

/** True for data of which each picture or text is of one class: of others accuracy says nothing. */
export const hasAccuracy = (data: DataInfo): boolean => [null, 'classes'].includes(learnedFrom(data));

interface AlongState {
  status: 'idle' | 'working' | 'cancelling';
  /** What is being measured, or was last, and of which run. */
  what: What;
  run: string;
  at: AlongEvent | null;
  error: string;
  /** Last measurement of each run that was looked at; null where there is none. */
  made: Record<What, Readonly<Record<string, Along | null>>>;
}

export const useAlong = create<AlongState>()(() => ({ status: 'idle', what: 'base', run: '', at: null, error: '', made: { base: {}, intruders: {} } }));

const show = (what: What, run: string, along: Along | null): void => useAlong.setState(({ made }) => ({ made: { ...made, [what]: { ...made[what], [run]: along } } }));

/** The last measurement of a run, read from what is kept; null where there is none. */
export function useAlongOf(what: What, run: string): Along | null {
  const along = useAlong(({ made }) => made[what][run]);
  useEffect(() => {
    if (run !== '' && along === undefined) void keptAlong(what, run).then((kept) => useAlong.getState().made[what][run] === undefined && show(what, run, kept));
  }, [what, run, along]);
  return along ?? null;
}

/** Measures a run along its update, in place of its last measurement. */
export async function measureAlong(run: RunSpec, spec: AlongSpec): Promise<void> {
  if (useAlong.getState().status !== 'idle') return;
  useAlong.setState({ status: 'working', what: spec.what, run: run.id, at: null, error: '' });
  let ended = false;
  try {
    const made = await studio().along(run, spec, proxy(filesOf), proxy((at: AlongEvent) => void (ended || useAlong.setState({ at }))));
    show(spec.what, run.id, made);
    // One that was removed meanwhile leaves nothing.
    if (idsOf(made).every((id) => runById(id) ?? useImported.getState().list.some((one) => one.id === id))) await keepAnalysis(made);
  } catch (error) {
    if (useAlong.getState().status !== 'cancelling') useAlong.setState({ error: messageOf(error) });
  }
  ended = true;
  useAlong.setState({ status: 'idle', at: null });
}

export function cancelAlong(): void {
  useAlong.setState({ status: 'cancelling' });
  void studio().cancelAnalysis();
}
