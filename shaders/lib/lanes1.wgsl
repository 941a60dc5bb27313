// One channel at a time, for sizes that four does not divide; lib/lanes4.wgsl defines the same names for four.
alias lanes = f32;
const LANES = 1u;
fn sum_lanes(v: lanes) -> f32 { return v; }
fn dot_lanes(a: lanes, b: lanes) -> f32 { return a * b; }
