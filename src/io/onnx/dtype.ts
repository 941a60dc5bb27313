/** Storage of an ONNX file's matrices: as they are, as f16, or as whole numbers of 8 bits with a scale for each row. */
export type OnnxDtype = 'f32' | 'f16' | 'q8';
