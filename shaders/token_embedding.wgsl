// out[i] = weight[ids[i]]: looks token embeddings up. The table may be a slice of the whole, rows first to first + rows - 1
// (WebGPU binds 128 MiB by default); one dispatch a slice, each fills the rows whose ids it holds. Ids beyond the
// vocabulary take its last row.
//
// One invocation owns one value, a workgroup 64. Source: torch.nn.Embedding.
struct Params { count: u32, width: u32, first: u32, rows: u32, vocabulary: u32 }
@group(0) @binding(0) var<storage, read> ids: array<u32>;          // (count / width)
@group(0) @binding(1) var<storage, read> weight: array<weight1>;   // (rows, width): the table
@group(0) @binding(2) var<storage, read_write> out: array<f32>;    // (count / width, width)
@group(0) @binding(3) var<uniform> p: Params;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) gid: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  let i = flat_index(gid, groups);
  if (i >= p.count) { return; }
  let id = min(ids[i / p.width], p.vocabulary - 1u);
  if (id < p.first || id >= p.first + p.rows) { return; }
  out[i] = load_weight((id - p.first) * p.width + i % p.width);
}
