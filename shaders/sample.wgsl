// out[t, j] = x[t, j] + eps[t, j] exp(x[t, width + j] / 2): a draw from the normal distribution whose mean and log-variance a row has one
// behind the other. eps from the counter (seed, step, stream, element), which the backward makes again.
//
// One invocation owns one drawn value, a workgroup 64. Source: D. P. Kingma, M. Welling, Auto-Encoding Variational Bayes (arXiv 1312.6114), 2.4.
struct Params { count: u32, width: u32, stream: u32, own: u32, seed: u32 } // own: seed in place of the run's
@group(0) @binding(0) var<storage, read> x: array<f32>;            // (count / width, 2 width)
@group(0) @binding(1) var<storage, read_write> out: array<f32>;    // (count)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let mean = i + (i / p.width) * p.width;
  // Rows of a batch that is computed in parts get the noise that they would get in one.
  let word = random_word(select(step.seed, p.seed, p.own == 1u), step.index, p.stream, step.part * p.count + i);
  out[i] = x[mean] + normal_of(word) * exp(0.5 * x[mean + p.width]);
}
