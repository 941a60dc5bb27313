// One channel at a time, for sizes that four does not divide; lib/lanes4.wgsl defines the same names for four.
alias lanes = f32;
const LANES = 1u;
fn sum_lanes(v: lanes) -> f32 { return v; }
fn wide(v: lanes) -> vec4<f32> { return vec4<f32>(v, 0.0, 0.0, 0.0); }
fn narrow(v: vec4<f32>) -> lanes { return v.x; }
