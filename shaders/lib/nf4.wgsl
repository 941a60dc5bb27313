// The value of a code of four bits: one of sixteen quantiles of a normal distribution (io/nf4.ts). It is chosen bit by bit, since
// a table at an index that differs between invocations is read one invocation after the other on some cards, and copied to each
// invocation's own memory on others. Source: QLoRA, arXiv 2305.14314, appendix E.
fn nf4_pair(low: f32, high: f32, bit: vec4<bool>) -> vec4<f32> { return select(vec4<f32>(low), vec4<f32>(high), bit); }
fn nf4(code: vec4<u32>) -> vec4<f32> {
  let one = (code & vec4<u32>(1u)) != vec4<u32>(0u);
  let two = (code & vec4<u32>(2u)) != vec4<u32>(0u);
  let four = (code & vec4<u32>(4u)) != vec4<u32>(0u);
  let eight = (code & vec4<u32>(8u)) != vec4<u32>(0u);
  let from0 = select(nf4_pair(-1.0, -0.6961928009986877, one), nf4_pair(-0.5250730514526367, -0.39491748809814453, one), two);
  let from4 = select(nf4_pair(-0.28444138169288635, -0.18477343022823334, one), nf4_pair(-0.09105003625154495, 0.0, one), two);
  let from8 = select(nf4_pair(0.07958029955625534, 0.16093020141124725, one), nf4_pair(0.24611230194568634, 0.33791524171829224, one), two);
  let from12 = select(nf4_pair(0.44070982933044434, 0.5626170039176941, one), nf4_pair(0.7229568362236023, 1.0, one), two);
  return select(select(from0, from4, four), select(from8, from12, four), eight);
}
// Where the code of value i of a word lies: the first of a byte is its upper half.
fn nf4_shift(i: u32) -> u32 { return 4u * (i ^ 1u); }
const NF4_SHIFTS = vec4<u32>(4u, 0u, 12u, 8u);
