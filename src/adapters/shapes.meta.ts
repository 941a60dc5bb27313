/** A tensor of a method by its name in files, and how many of this shape there are. */
export interface NamedShape {
  name: string;
  shape: readonly number[];
  count: number;
}

/** Number of parameters as a formula of the method's settings, and the same with this model's numbers in place of names. */
export interface CountFormula {
  formula: string;
  numbers: string;
}

/** Matrices of one size, with what a method has on each of them. */
export interface MatrixShapes {
  in: number;
  out: number;
  matrices: number;
  trained: readonly NamedShape[];
  fixed: readonly NamedShape[];
  /** Trained parameters of each matrix. */
  parameters: number;
  /** Left out where the method has none that is short, or where a setting makes its count another. */
  count?: CountFormula;
}

/** Shapes of all that a method has on a model: its parameters are what a plan counts, without the head's. */
export interface MethodShapes {
  matrices: readonly MatrixShapes[];
  /** Trained tensors that all layers have in common. */
  common: readonly NamedShape[];
  /** Formula of those, under the same conditions. */
  count?: CountFormula;
  /** Fixed tensors that all layers have in common. */
  shared: readonly NamedShape[];
  /** Weights of the model's own that learn, without the head's. */
  weights: readonly NamedShape[];
  parameters: number;
}
