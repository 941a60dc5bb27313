import { test } from 'vitest';
import { gpu } from '../testing/dawn';
import { mustOpen } from '../testing/checkOp';
import { kernel } from '../engine/kernel';
import { compilePipeline } from '../engine/pipelines';
import lib from '#shaders/lib/activation.wgsl?raw';
import step from '#shaders/lib/step.wgsl?raw';
import w4 from '#shaders/lib/weight4.f32.wgsl?raw';
import src from '#shaders/matmul.vec4.wgsl?raw';
test('t', async () => {
  const d = await mustOpen(gpu());
  const time = async (what: string, text: string, libs: string[], o: Record<string, number>) => {
    const t = performance.now();
    await compilePipeline(d, kernel('k', text + `\n// ${what} ${Math.random()}`, libs), o);
    console.log(what, Math.round(performance.now() - t));
  };
  for (let rep = 0; rep < 2; rep++) {
  await time('nt', src, [w4, step, lib], { MODE: 1 });
  await time('nt gelu', src, [w4, step, lib], { MODE: 1, ACT: 1, BIAS: 1, PRE: 1 });
  await time('nn', src, [w4, step, lib], { MODE: 0 });
  await time('tn', src, [w4, step, lib], { MODE: 2 });
  const noact = src.replace(/if \(ACT != 0u\)[^\n]*/, '');
  await time('nt noact', noact, [w4, step, lib], { MODE: 1 });
  await time('nn noact', noact, [w4, step, lib], { MODE: 0 });
  await time('tn noact', noact, [w4, step, lib], { MODE: 2 });
  const accloop = src.replace(/  store\(row \+ 0u[\s\S]*?acc7\);\n\}/, `  var acc = array<vec4<f32>, 8>(acc0, acc1, acc2, acc3, acc4, acc5, acc6, acc7);
  for (var i = 0u; i < 8u; i++) { store(row + i, col, ob, acc[i]); }\n}`);
  if (accloop === src) throw new Error('same');
  await time('nt loop', accloop, [w4, step, lib], { MODE: 1 });
  await time('nt loop gelu', accloop, [w4, step, lib], { MODE: 1, ACT: 1, BIAS: 1, PRE: 1 });
  await time('tn loop', accloop, [w4, step, lib], { MODE: 2 });
  }
}, 200000);
