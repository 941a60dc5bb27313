// Scalars that change from step to step; one uniform for all kernels, written once per (micro-)step by the host.
// Host side: src/engine/step.ts (same order).
struct Step {
  seed: u32,        // seed of the run, for dropout
  index: u32,       // optimizer step, counts micro-batches too for dropout: index * accumulate + micro
  micro: u32,       // micro-batch within the step; > 0 makes parameter gradients add up
  slot: u32,        // slot of the metrics ring
  lr: f32,          // learning rate of the step
  head_lr: f32,     // learning rate of the head
  c1: f32,          // 1 / (1 - beta1^t) where no update was skipped, computed on the host in f64
  c2: f32,          // 1 / sqrt(1 - beta2^t), likewise
  inv_count: f32,   // 1 / (rows that count in the loss, over all micro-batches)
  max_norm: f32,    // gradient clipping, 0 = off
  after0: f32,      // what a method says of the step for what it does after the update (adapters/method.ts, AfterStep)
  after1: f32,
  part: u32,        // part of a batch that is computed in several; its rows follow those of the parts before
  average_rest: f32, // how far the average of the weights moves towards them, 1 - its decay
  update: u32,      // number of the update, from 1, with those that were skipped; 0: c1 and c2 hold as they are
}
@group(0) @binding(15) var<uniform> step: Step;

// Accumulate modes of engine/record.ts: 0 overwrite, 1 add, 2 add from the second micro-batch on.
fn keeps(mode: u32) -> bool {
  return mode == 1u || (mode == 2u && step.micro > 0u);
}
