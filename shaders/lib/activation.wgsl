// Activations and their derivatives, by kind (ops/activation.ts): 0 identity, 1 gelu (erf), 2 quick_gelu, 3 gelu_new (tanh), 4 relu, 5 tanh.
// erf through erfc as in Numerical Recipes (erfcc): absolute error of GELU 4e-7; the built-in tanh may overflow, so it is written out.
// `lanes` is one value or four side by side (lib/lanes1.wgsl, lib/lanes4.wgsl).
fn half_erfc(z: lanes) -> lanes { // 0.5 * erfc(z) for z >= 0
  let t = 1.0 / (1.0 + 0.5 * z);
  let poly = -1.26551223 + t * (1.00002368 + t * (0.37409196 + t * (0.09678418 + t * (-0.18628806
    + t * (0.27886807 + t * (-1.13520398 + t * (1.48851587 + t * (-0.82215223 + t * 0.17087277))))))));
  return 0.5 * t * exp(max(-z * z + poly, lanes(-40.0)));
}

fn normal_cdf(x: lanes) -> lanes {
  let tail = half_erfc(abs(x) * 0.70710678118654752);
  return select(tail, 1.0 - tail, x >= lanes(0.0));
}

fn sigmoid(x: lanes) -> lanes {
  return 1.0 / (1.0 + exp(clamp(-x, lanes(-40.0), lanes(40.0))));
}

fn safe_tanh(x: lanes) -> lanes {
  let t = exp(max(-2.0 * abs(x), lanes(-40.0)));
  return select(t - 1.0, 1.0 - t, x >= lanes(0.0)) / (1.0 + t);
}

fn activate(kind: u32, x: lanes) -> lanes {
  if (kind == 1u) { return x * normal_cdf(x); }
  if (kind == 2u) { return x * sigmoid(1.702 * x); }
  if (kind == 3u) { return 0.5 * x * (1.0 + safe_tanh(0.79788456080286536 * (x + 0.044715 * x * x * x))); }
  if (kind == 4u) { return max(x, lanes(0.0)); }
  if (kind == 5u) { return safe_tanh(x); }
  return x;
}

fn activate_grad(kind: u32, x: lanes) -> lanes {
  if (kind == 1u) {
    return normal_cdf(x) + x * 0.39894228040143268 * exp(max(-0.5 * x * x, lanes(-40.0)));
  }
  if (kind == 2u) {
    let s = sigmoid(1.702 * x);
    return s + 1.702 * x * s * (1.0 - s);
  }
  if (kind == 3u) {
    let t = safe_tanh(0.79788456080286536 * (x + 0.044715 * x * x * x));
    return 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * 0.79788456080286536 * (1.0 + 3.0 * 0.044715 * x * x);
  }
  if (kind == 4u) { return select(lanes(0.0), lanes(1.0), x > lanes(0.0)); }
  if (kind == 5u) {
    let t = safe_tanh(x);
    return 1.0 - t * t;
  }
  return lanes(1.0);
}
