import { trainDefaults } from '../train/config';
import type { Evaluation, MethodConfig, Plan, RunRecord, TrainConfig } from '../train/protocol';

/** A finished run of two classes as files keep it, made up; for tests of what reads and writes runs. */
export function runRecord(change: Partial<RunRecord> = {}, train: Partial<TrainConfig> = {}, method: MethodConfig = { method: 'lora', r: 8, lora_alpha: 8, target_modules: ['query', 'value'] }): RunRecord {
  const settings: TrainConfig = { ...trainDefaults, steps: 4, batch: 2, lr: 0.003, eval_every: 2, ...train };
  const { seed } = settings;
  const evaluation = (step: number, split: Evaluation['split'], right: number): Evaluation => {
    const confusion = [[right, 10 - right], [2, 8]];
    return { step, split, loss: 1 / (1 + step), accuracy: (right + 8) / 20, count: 20, per_class: [right / 10, 0.8], confusion };
  };
  const plan: Plan = { adapter_parameters: 1024, head_parameters: 130, trainable_parameters: 1154, bytes: { frozen: 4096, param: 4616, grad: 4616, state: 9232, temp: 2048 }, total_bytes: 24_608, dispatches: 99, steps: 4, forms: { 'layer.0.query': 'streamed' } };
  const name = `${method.method}-${seed}`;
  const final = evaluation(4, 'test', 7 + (seed % 3));
  return {
    spec: { id: `id-${name}`, name, model: 'vit-nano', data: 'fashion-mnist', method, train: settings },
    curve: [1, 2, 3, 4].map((step) => ({ step, loss: 2 - step / 4 + seed / 8, accuracy: step / 8, lr: 0.003, grad_norm: 1.5, ms: 250 })),
    evaluations: [evaluation(2, 'test', 6), final],
    summary: {
      best: null,
      final,
      steps: 4,
      seconds: 1,
      images_per_second: 8,
      skipped_steps: 0,
      plan,
      allocated: plan.bytes,
      device: { ok: true, problem: '', message: '', vendor: 'mesa', architecture: '', description: 'llvmpipe', software: true, features: ['timestamp-query'], matrices: [], limits: { maxBufferSize: 2 ** 31 } },
    },
    ...change,
  };
}
