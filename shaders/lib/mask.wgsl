// Which keys attention's mask hides, beside what CAUSAL hides: those where it is 0, or, for DOCUMENTS, another number than the query's.
override MASKED: bool = false;
override DOCUMENTS: bool = false;

// Of four pairs, by their places in the mask (B, T). A kernel declares `mask`, and asks where MASKED alone.
fn masked(queries: vec4<u32>, keys: vec4<u32>) -> vec4<bool> {
  let k = vec4<u32>(mask[keys.x], mask[keys.y], mask[keys.z], mask[keys.w]);
  if (!DOCUMENTS) { return k == vec4<u32>(0u); }
  return k != vec4<u32>(mask[queries.x], mask[queries.y], mask[queries.z], mask[queries.w]);
}
