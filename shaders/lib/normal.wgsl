// A number from the normal distribution for the word of a counter (lib/random.wgsl): its quantile at (k + 1/2) / 2^23, k the upper 23
// bits of the word, which is exact in f32. The largest is 5.3; errors are below 1e-6.
// Source: M. Giles, Approximating the erfinv function (GPU Computing Gems 2, 2011), the form for single precision.
fn normal_of(word: u32) -> f32 {
  let u = (f32(word >> 9u) + 0.5) / 8388608.0;
  let w = -log(4.0 * u * (1.0 - u));
  return 1.41421356 * (2.0 * u - 1.0) * select(normal_tail(sqrt(w) - 3.0), normal_middle(w - 2.5), w < 5.0);
}
fn normal_middle(w: f32) -> f32 {
  var p = 2.81022636e-08;
  p = 3.43273939e-07 + p * w;
  p = -3.5233877e-06 + p * w;
  p = -4.39150654e-06 + p * w;
  p = 0.00021858087 + p * w;
  p = -0.00125372503 + p * w;
  p = -0.00417768164 + p * w;
  p = 0.246640727 + p * w;
  return 1.50140941 + p * w;
}
fn normal_tail(w: f32) -> f32 {
  var p = -0.000200214257;
  p = 0.000100950558 + p * w;
  p = 0.00134934322 + p * w;
  p = -0.00367342844 + p * w;
  p = 0.00573950773 + p * w;
  p = -0.0076224613 + p * w;
  p = 0.00943887047 + p * w;
  p = 1.00167406 + p * w;
  return 2.83297682 + p * w;
}
