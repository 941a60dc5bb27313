// Counter-based random words: the same (seed, step, stream, index) gives the same word on every device and in
// src/ops/dropout.ts, so a backward makes its mask again instead of storing it.
// PCG output hash (O'Neill 2014; Jarzynski and Olano, JCGT 2020), mixed once per key word.
fn pcg(v: u32) -> u32 {
  let s = v * 747796405u + 2891336453u;
  let w = ((s >> ((s >> 28u) + 4u)) ^ s) * 277803737u;
  return (w >> 22u) ^ w;
}
fn random_word(seed: u32, index: u32, stream: u32, i: u32) -> u32 {
  return pcg(i ^ pcg(stream ^ pcg(index ^ pcg(seed))));
}
