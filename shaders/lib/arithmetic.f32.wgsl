// Operands are staged and multiplied in f32; lib/arithmetic.f16.wgsl defines the same names for f16.
alias factor4 = vec4<f32>;
