// Four neighbouring channels at a time; lib/lanes1.wgsl defines the same names for one.
alias lanes = vec4<f32>;
const LANES = 4u;
fn sum_lanes(v: lanes) -> f32 { return v.x + v.y + v.z + v.w; }
fn wide(v: lanes) -> vec4<f32> { return v; }
fn narrow(v: vec4<f32>) -> lanes { return v; }
