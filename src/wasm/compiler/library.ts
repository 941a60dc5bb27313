/**
 * Functions of WGSL that WebAssembly has no instruction for, in WGSL: the same bits on every machine. `exp4` and `log4` become
 * functions of the module, the others part of what calls them.
 */
export const LIBRARY = `
// Source: S. L. Moshier, Cephes, expf.c; error below 2 units in the last place.
fn exp4(given: vec4<f32>) -> vec4<f32> {
  let x = min(max(given, vec4<f32>(-104.0)), vec4<f32>(89.0));
  let n = round(x * 1.44269504088896341);
  let r = (x - n * 0.693359375) + n * 2.12194440e-4;
  var y = vec4<f32>(1.9875691500e-4);
  y = y * r + 1.3981999507e-3;
  y = y * r + 8.3334519073e-3;
  y = y * r + 4.1665795894e-2;
  y = y * r + 1.6666665459e-1;
  y = y * r + 5.0000001201e-1;
  y = y * (r * r) + r + 1.0;
  // In two factors, since 2^128 and 2^-150 are none of f32.
  let i = vec4<i32>(n);
  let half = i >> 1u;
  return y * bitcast<vec4<f32>>((half + 127) << 23u) * bitcast<vec4<f32>>((i - half + 127) << 23u);
}

// Source: S. L. Moshier, Cephes, logf.c.
fn log4(x: vec4<f32>) -> vec4<f32> {
  let small = x < vec4<f32>(1.17549435e-38);
  let scaled = bitcast<vec4<u32>>(select(x, x * 8388608.0, small));
  let exponent = vec4<i32>(scaled >> 23u) - 126 - select(vec4<i32>(), vec4<i32>(23), small);
  let mantissa = bitcast<vec4<f32>>((scaled & vec4<u32>(0x007fffffu)) | vec4<u32>(0x3f000000u));
  let low = mantissa < vec4<f32>(0.707106781186547524);
  let e = vec4<f32>(exponent - select(vec4<i32>(), vec4<i32>(1), low));
  let m = select(mantissa, mantissa + mantissa, low) - 1.0;
  let z = m * m;
  var y = vec4<f32>(7.0376836292e-2);
  y = y * m - 1.1514610310e-1;
  y = y * m + 1.1676998740e-1;
  y = y * m - 1.2420140846e-1;
  y = y * m + 1.4249322787e-1;
  y = y * m - 1.6668057665e-1;
  y = y * m + 2.0000714765e-1;
  y = y * m - 2.4999993993e-1;
  y = y * m + 3.3333331174e-1;
  y = y * m * z - 2.12194440e-4 * e - 0.5 * z;
  let found = m + y + 0.693359375 * e;
  let infinity = bitcast<vec4<f32>>(vec4<u32>(0x7f800000u));
  let from_zero = select(found, -infinity, x == vec4<f32>());
  // What is infinite stays; below zero, and of what is no number, there is none.
  let finite = select(from_zero, x, x == infinity);
  return select(x - x, finite, x >= vec4<f32>()) / select(vec4<f32>(), vec4<f32>(1.0), x >= vec4<f32>());
}

fn unpack2x16float(word: u32) -> vec2<f32> {
  let half = vec2<u32>(word & 0xffffu, word >> 16u);
  let bits = (half & vec2<u32>(0x7fffu)) << 13u;
  // Times 2^112, which also makes numbers without a leading one right.
  let finite = bitcast<vec2<f32>>(bits) * bitcast<f32>(0x77800000u);
  let size = select(bitcast<vec2<u32>>(finite), bits | vec2<u32>(0x7f800000u), bits >= vec2<u32>(0x0f800000u));
  return bitcast<vec2<f32>>(size | ((half & vec2<u32>(0x8000u)) << 16u));
}

fn unpack4x8snorm(word: u32) -> vec4<f32> {
  let codes = (vec4<i32>(bitcast<i32>(word)) << vec4<u32>(24u, 16u, 8u, 0u)) >> vec4<u32>(24u);
  return max(vec4<f32>(codes) / 127.0, vec4<f32>(-1.0));
}

fn extract_signed(e: i32, offset: u32, count: u32) -> i32 {
  let o = min(offset, 32u);
  let c = min(count, 32u - o);
  return select((e << (32u - c - o)) >> (32u - c), 0, c == 0u);
}

fn extract_unsigned(e: u32, offset: u32, count: u32) -> u32 {
  let o = min(offset, 32u);
  let c = min(count, 32u - o);
  return select((e << (32u - c - o)) >> (32u - c), 0u, c == 0u);
}
`;
