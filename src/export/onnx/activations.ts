import type { OnnxGraph, Value } from '../../io/onnx/graph';
import type { Activation } from '../../nn/context';

type Act = (g: OnnxGraph, x: Value) => Value;

/** x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))). */
const tanhGelu: Act = (g, x) => {
  const cube = g.op('Mul', [g.op('Mul', [x, x]), g.op('Mul', [x, g.scalar(0.044715)])]);
  const inner = g.op('Mul', [g.op('Add', [x, cube]), g.scalar(Math.sqrt(2 / Math.PI))]);
  return g.op('Mul', [g.op('Mul', [x, g.scalar(0.5)]), g.op('Add', [g.op('Tanh', [inner]), g.scalar(1)])]);
};

/** Activations by their `hidden_act`, out of operators that opset 17 has. */
export const activations: Record<Activation, Act> = {
  identity: (_, x) => x,
  gelu(g, x) {
    const cdf = g.op('Add', [g.op('Erf', [g.op('Div', [x, g.scalar(Math.SQRT2)])]), g.scalar(1)]);
    return g.op('Mul', [g.op('Mul', [x, cdf]), g.scalar(0.5)]);
  },
  quick_gelu: (g, x) => g.op('Mul', [x, g.op('Sigmoid', [g.op('Mul', [x, g.scalar(1.702)])])]),
  gelu_new: tanhGelu,
  gelu_pytorch_tanh: tanhGelu,
  relu: (g, x) => g.op('Relu', [x]),
  tanh: (g, x) => g.op('Tanh', [x]),
};
