import { useEffect, useState } from 'react';
import { create } from 'zustand';
import { methodFields } from '../../adapters/fields';
import type { StepLook } from '../../train/stepLook.meta';
import { messageOf } from '../../errors/errors';
import { completeTrain } from '../../train/config';
import type { RunSpec } from '../../train/protocol';
import { defined } from '../../numbers/defined';
import { studio } from '../core/worker/client';

/** Steps that can be looked into, by number. */
export const STEPS = [1, 2, 10] as const;
/** Methods that can, with what sets their size. */
export const METHODS = { lora: { r: 4 }, randlora: { r: 32 } } as const;

export interface StepChoice {
  method: keyof typeof METHODS;
  step: (typeof STEPS)[number];
  /** Name of the layer; the first of the block in the middle where it is empty. */
  layer: string;
  token: number;
  /** Place of a dispatch in the recorded program; the layer's first where it is none of the layer's. */
  dispatch: number;
}

export const useStepChoice = create<StepChoice>()(() => ({ method: 'lora', step: 1, layer: 'vit.encoder.layer.1.intermediate.dense', token: 0, dispatch: -1 }));

/** The run of this lesson, on what comes with the page, whatever the project's own settings are. */
export function stepSpec(method: StepChoice['method']): RunSpec {
  const train = completeTrain({ steps: 20, batch: 2, lr: defined(methodFields[method]).lr, schedule: 'constant', val_fraction: 0 });
  return { id: 'step', name: 'step', model: 'vit-nano', data: 'fashion-mnist', method: { method, ...METHODS[method] }, train };
}

/** What was looked at last, shown on until the next is there. */
const useLook = create<{ look: StepLook | null; of: string; error: string }>()(() => ({ look: null, of: '', error: '' }));

export interface Looked {
  look: StepLook | null;
  /** What is shown is not yet what is chosen. */
  waiting: boolean;
  error: string;
  again: () => void;
}

/** The step that is chosen, looked into by the worker. */
export function useStepLook(): Looked {
  const { method, step, layer } = useStepChoice();
  const { look, of, error } = useLook();
  const [tries, setTries] = useState(0);
  const wanted = `${method} ${step} ${layer}`;
  useEffect(() => {
    if (useLook.getState().of === wanted) return;
    let current = true;
    useLook.setState({ error: '' });
    studio()
      .lookIntoStep(stepSpec(method), { step, layer })
      .then((found) => current && useLook.setState({ look: found, of: wanted }))
      .catch((thrown: unknown) => current && useLook.setState({ error: messageOf(thrown) }));
    return () => void (current = false);
  }, [wanted, method, step, layer, tries]);
  return { look, waiting: of !== wanted && error === '', error, again: () => setTries(tries + 1) };
}

/** Block and end of a layer's name. */
export function placeOf(layer: string): { block: string; end: string } {
  const [, block = '', end = layer] = /\.(\d+)\.(.*)$/.exec(layer) ?? [];
  return { block, end: end.replace(/^(attention\.)+/, '').replace(/\.dense$/, '') };
}
