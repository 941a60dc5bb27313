// How a kernel reads the weight that it adds its result to, four at a time: stored as f16, two to a u32 word.
alias residual4 = vec2<u32>;
fn load_residual4(i: u32) -> vec4<f32> { return vec4<f32>(unpack2x16float(residual[i].x), unpack2x16float(residual[i].y)); }
