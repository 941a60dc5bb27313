enable f16;
// Operands are staged and multiplied in f16 (shader-f16), so they are rounded to 11 bits; sums stay in f32.
alias factor4 = vec4<f16>;
