// keys[b, at] = k and values[b, at] = v, with `at` the positions of these tokens: what later tokens see of them.
//
// One invocation owns one value of k and of v, a workgroup 64. Source: key-value caches as in transformers' StaticCache.
struct Params { count: u32, n: u32, width: u32, room: u32, ld: u32, k_at: u32, v_at: u32 }
@group(0) @binding(0) var<storage, read> k: array<f32>;                  // (B, n, ...): rows ld apart, from column k_at on
@group(0) @binding(1) var<storage, read> v: array<f32>;                  // likewise, from v_at on
@group(0) @binding(2) var<storage, read> positions: array<u32>;          // (B, n)
@group(0) @binding(3) var<storage, read_write> keys: array<f32>;         // (B, room, width)
@group(0) @binding(4) var<storage, read_write> values: array<f32>;       // (B, room, width)
@group(0) @binding(5) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let row = i / p.width;
  let c = i % p.width;
  let to = (row / p.n * p.room + min(positions[row], p.room - 1u)) * p.width + c;
  keys[to] = k[row * p.ld + p.k_at + c];
  values[to] = v[row * p.ld + p.v_at + c];
}
