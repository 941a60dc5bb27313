// dx (+)= cos theta gc + sin theta gs of alpha, or alpha (cos theta gs - sin theta gc) of theta, with gc and gs the sums of dc and ds
// over the outputs that the value stands for: two (each 1), one (each 2), or one of dc or ds alone (each 4).
//
// One invocation owns one value, a workgroup 64. Source: derivative of pair_factors.wgsl.
struct Params { count: u32, group: u32, each: u32, of_theta: u32, accumulate: u32 }
@group(0) @binding(0) var<storage, read> theta: array<f32>;      // (count)
@group(0) @binding(1) var<storage, read> alpha: array<f32>;      // (count)
@group(0) @binding(2) var<storage, read> dc: array<f32>;         // (2 count / each)
@group(0) @binding(3) var<storage, read> ds: array<f32>;         // as dc
@group(0) @binding(4) var<storage, read_write> dx: array<f32>;   // (count)
@group(0) @binding(5) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let t = flat_index(gid, groups);
  if (t >= p.count) { return; }
  let values = p.group * p.each / 2u; // of a group
  let within = t % values;
  let o = t / values * p.group + within % p.group;
  var gc = dc[o];
  var gs = ds[o];
  if (p.each == 1u) {
    gc += dc[o + p.group / 2u];
    gs += ds[o + p.group / 2u];
  }
  if (p.each == 4u) {
    gc = select(0.0, gc, within < p.group);
    gs = select(gs, 0.0, within < p.group);
  }
  let cs = turn(theta[t]);
  var v = select(cs.x * gc + cs.y * gs, alpha[t] * (cs.x * gs - cs.y * gc), p.of_theta == 1u);
  if (keeps(p.accumulate)) { v += dx[t]; }
  dx[t] = v;
}
