// One workgroup of N invocations: what a driver must get right before any kernel of ours can be.
// out[4 w ..] = { sum of 1..N by a tree over barriers, OR of an array that nobody wrote, last element of an array of N,
// element k of a private array chosen at run time } for workgroup w, which starts its numbers at w.
//
// Source: this project; each line stands for a driver bug seen elsewhere (cubek #645, wgpu #4500 and #7904, quadrants #835).
override N: u32 = 64u;
struct Params { groups: u32 }
@group(0) @binding(0) var<storage, read_write> out: array<u32>;
@group(0) @binding(1) var<uniform> p: Params;

var<workgroup> tree: array<u32, N>;
var<workgroup> untouched: array<u32, N>;
var<workgroup> last: array<u32, N>;

@compute @workgroup_size(N)
fn main(@builtin(workgroup_id) wid: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  tree[lane] = lane + 1u + wid.x;
  last[lane] = lane * 3u + wid.x;
  let before = untouched[N - 1u - lane];
  workgroupBarrier();
  for (var half = N / 2u; half > 0u; half /= 2u) {
    if (lane < half) { tree[lane] += tree[lane + half]; }
    workgroupBarrier();
  }
  var own: array<u32, 16>;
  for (var i = 0u; i < 16u; i++) { own[i] = i * i + wid.x; }
  if (wid.x >= p.groups) { return; }
  if (lane == 0u) { out[4u * wid.x] = tree[0]; }
  if (lane == N - 1u) {
    out[4u * wid.x + 1u] = before;
    out[4u * wid.x + 3u] = own[(wid.x + p.groups) % 16u];
  }
  if (lane == N / 2u) { out[4u * wid.x + 2u] = last[N - 1u]; }
}
