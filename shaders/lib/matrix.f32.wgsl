enable chromium_experimental_subgroup_matrix;
diagnostic(off, chromium.subgroup_matrix_uniformity);
// Subgroup matrices as Apple's cards have them: 8 x 8 x 8, all f32.
alias factor = f32;
const SIDE_M = 8u;
const SIDE_N = 8u;
const SIDE_K = 8u;
alias left_matrix = subgroup_matrix_left<f32, SIDE_K, SIDE_M>;
alias right_matrix = subgroup_matrix_right<f32, SIDE_N, SIDE_K>;
alias sum_matrix = subgroup_matrix_result<f32, SIDE_N, SIDE_M>;
