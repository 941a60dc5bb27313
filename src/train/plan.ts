import type { Adapted } from '../adapters/adapted';
import { planMemory } from '../engine/plan';
import { recordPrograms, type ProgramOptions, type Programs } from './programs';
import type { DeviceReport, Plan, TrainConfig } from './protocol';

type About = Pick<DeviceReport, 'limits' | 'features'>;

/** What the recorded programs depend on, of a device (or none, for planning without one). */
export const deviceOptions = (device?: About): Pick<ProgramOptions, 'maxBinding' | 'shaderF16'> => ({
  maxBinding: device ? Math.min(device.limits.maxStorageBufferBindingSize ?? Infinity, device.limits.maxBufferSize ?? Infinity) : undefined,
  shaderF16: device?.features.includes('shader-f16'),
});

/** What the recorded programs depend on, of a training config and a device (or none, for planning without one). */
export function programOptions(config: TrainConfig, device?: About): ProgramOptions {
  return {
    batch: config.batch,
    weight_decay: config.weight_decay,
    label_smoothing: config.label_smoothing,
    frozen_dtype: config.frozen_dtype,
    checkpoint_activations: config.checkpoint_activations,
    ...deviceOptions(device),
  };
}

/** Records a run's programs and says what they will take: parameters, bytes by role, dispatches. Needs no GPU and no weights. */
export function planRun(adapted: Adapted, config: TrainConfig, steps: number, device?: About): { plan: Plan; programs: Programs } {
  const programs = recordPrograms(adapted, programOptions(config, device));
  const memory = planMemory(programs.rec);
  const counts = adapted.counts();
  return {
    programs,
    plan: {
      ...counts,
      trainable_parameters: counts.adapter_parameters + counts.head_parameters,
      bytes: memory.bytes,
      total_bytes: memory.total,
      dispatches: programs.train.entries.length * config.accumulate + (programs.update?.entries.length ?? 0),
      steps,
      forms: adapted.forms(config.batch),
    },
  };
}
