// spans[b, t] = (from, until, document) of each token: it sees the keys from `from` on to itself, and queries up to `until` (not
// included) see it, of those of its own document: those whose mask is the same number. Where the mask is 0 it sees none and none sees it.
//
// One invocation owns a token, a workgroup 64. Source: sliding window and document masks as in transformers' masking_utils.
struct Params { count: u32, T: u32, window: u32 } // window: how many tokens one sees at most, itself among them
@group(0) @binding(0) var<storage, read> mask: array<u32>;           // (B, T)
@group(0) @binding(1) var<storage, read_write> spans: array<u32>;    // (B, T, 3)
@group(0) @binding(2) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let t = i % p.T;
  let row = i - t;
  let document = mask[i];
  let reach = min(p.window, p.T) - 1u;
  var begin = t - min(t, reach);
  while (begin < t && mask[row + begin] != document) { begin++; }
  var end = min(t + reach, p.T - 1u);
  while (end > t && mask[row + end] != document) { end--; }
  spans[3u * i] = select(begin, t + 1u, document == 0u);
  spans[3u * i + 1u] = select(end + 1u, t, document == 0u);
  spans[3u * i + 2u] = document;
}
