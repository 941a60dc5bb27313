// How the forms of RandLoRA's kernels for any sizes read four columns of a row of A and of gamma.
const FOUR = vec4<u32>(0u, 1u, 2u, 3u);
fn a_four(k: u32, c: vec4<u32>) -> vec4<f32> {
  let i = k * p.ldA + c;
  return vec4<f32>(load_a(i.x), load_a(i.y), load_a(i.z), load_a(i.w));
}
fn gamma4(row: u32, c: vec4<u32>) -> vec4<f32> {
  let i = row * p.d + c;
  return vec4<f32>(gamma[i.x], gamma[i.y], gamma[i.z], gamma[i.w]);
}
