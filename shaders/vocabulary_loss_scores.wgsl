// scores[k, v] = x[list[k]] . weight[v] (+ bias[v]) for the rows that count and a chunk of the vocabulary, or, where GRAD, what the loss
// has for a gradient by them:
//   (softmax - (1 - e) onehot(label) - e / V) * weight * inv_count.
//
// One invocation owns 8 rows x 4 tokens in registers and reads straight from storage, as matmul.vec4.wgsl does; a workgroup of 8 x 8 owns
// 64 x 32. Rows beyond the count are left alone: those do not cost anything. Source: this project; liger-kernel's fused linear cross entropy.
override GRAD: bool = false;
override BIAS: bool = false;
struct Params { C: u32, chunk: u32, first: u32, tokens: u32, vocabulary: u32, shift: u32, smoothing: f32, factor: f32 } // C and chunk in vec4
@group(0) @binding(0) var<storage, read> x: array<vec4<f32>>;               // (rows, C)
@group(0) @binding(1) var<storage, read> weight: array<weight4>;            // (tokens, C), of the vocabulary from `first` on
@group(0) @binding(2) var<storage, read> list: array<u32>;                  // (1 + rows): how many count, and which
@group(0) @binding(3) var<storage, read> labels: array<u32>;                // (rows)
@group(0) @binding(4) var<storage, read> state: array<f32>;                 // (rows, 5), of vocabulary_loss_reduce.wgsl
@group(0) @binding(5) var<storage, read_write> scores: array<vec4<f32>>;    // (rows, chunk)
@group(0) @binding(6) var<uniform> p: Params;
@group(0) @binding(7) var<storage, read> bias: array<f32>;                  // (vocabulary), where BIAS

@compute @workgroup_size(8, 8)
fn main(@builtin(global_invocation_id) gid: vec3<u32>) {
  let k = gid.y * 8u;
  let count = list[0];
  if (k >= count || gid.x >= p.chunk) { return; }
  const four = vec4<u32>(0u, 1u, 2u, 3u);
  // Rows and tokens beyond the edge repeat the last.
  let rows0 = min(k + four, vec4<u32>(count - 1u)) + 1u;
  let rows1 = min(k + 4u + four, vec4<u32>(count - 1u)) + 1u;
  let lo = vec4<u32>(list[rows0.x], list[rows0.y], list[rows0.z], list[rows0.w]) * p.C;
  let hi = vec4<u32>(list[rows1.x], list[rows1.y], list[rows1.z], list[rows1.w]) * p.C;
  let at = min(gid.x * 4u + four, vec4<u32>(p.tokens - 1u)) * p.C;
  var s = mat4x4<f32>();
  var t = mat4x4<f32>();
  for (var c = 0u; c < p.C; c++) {
    let w = transpose(mat4x4<f32>(load_weight4(at.x + c), load_weight4(at.y + c), load_weight4(at.z + c), load_weight4(at.w + c)));
    s += w * mat4x4<f32>(x[lo.x + c], x[lo.y + c], x[lo.z + c], x[lo.w + c]);
    t += w * mat4x4<f32>(x[hi.x + c], x[hi.y + c], x[hi.z + c], x[hi.w + c]);
  }
  if (BIAS) {
    let b = min(vec4<u32>(p.first + gid.x * 4u) + four, vec4<u32>(p.vocabulary - 1u));
    let add = vec4<f32>(bias[b.x], bias[b.y], bias[b.z], bias[b.w]);
    s += mat4x4<f32>(add, add, add, add);
    t += mat4x4<f32>(add, add, add, add);
  }
  keep(k, count, gid.x, s[0]);
  keep(k + 1u, count, gid.x, s[1]);
  keep(k + 2u, count, gid.x, s[2]);
  keep(k + 3u, count, gid.x, s[3]);
  keep(k + 4u, count, gid.x, t[0]);
  keep(k + 5u, count, gid.x, t[1]);
  keep(k + 6u, count, gid.x, t[2]);
  keep(k + 7u, count, gid.x, t[3]);
}

fn keep(k: u32, count: u32, quad: u32, s: vec4<f32>) {
  if (k >= count) { return; }
  if (!GRAD) {
    scores[k * p.chunk + quad] = s;
    return;
  }
  let token = p.first + quad * 4u + vec4<u32>(0u, 1u, 2u, 3u);
  let label = labels[list[k + 1u] + p.shift];
  let lse = state[5u * k] + log(state[5u * k + 1u]);
  let prob = exp(clamp(s - lse, vec4<f32>(-40.0), vec4<f32>(40.0)));
  let hit = select(vec4<f32>(), vec4<f32>(1.0 - p.smoothing), token == vec4<u32>(label));
  let g = (prob - hit - p.smoothing / f32(p.vocabulary)) * p.factor * step.inv_count;
  scores[k * p.chunk + quad] = select(vec4<f32>(), g, quad * 4u + vec4<u32>(0u, 1u, 2u, 3u) < vec4<u32>(p.tokens));
}
