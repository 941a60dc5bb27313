enable f16;
enable chromium_experimental_subgroup_matrix;
diagnostic(off, chromium.subgroup_matrix_uniformity);
// Subgroup matrices as NVIDIA's cards have them: 16 x 16 x 16, of f16 with sums in f32. Operands are rounded to 11 bits.
alias factor = f16;
const SIDE_M = 16u;
const SIDE_N = 16u;
const SIDE_K = 16u;
alias left_matrix = subgroup_matrix_left<f16, SIDE_K, SIDE_M>;
alias right_matrix = subgroup_matrix_right<f16, SIDE_N, SIDE_K>;
alias sum_matrix = subgroup_matrix_result<f32, SIDE_N, SIDE_M>;
