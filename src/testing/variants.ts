import { allKernels, type Kernel } from '../engine/kernel';
import { defined } from '../numbers/defined';

// Importing an op (or a check) declares its kernels.
import.meta.glob(['../ops/*.ts', '../optim/*.ts', '../check/*.ts', '!../**/*.test.ts'], { eager: true });

/** All kernels of the engine. */
export const kernels: readonly Kernel[] = [...allKernels()];

/** Values of the overrides that are numbers, and of those that only go together. */
const numbers: Record<string, number[]> = { ACT: [0, 1, 2, 3], MODE: [0, 1, 2, 3], GATE: [0, 1, 2, 3], N: [64, 128, 256], SIZE: [256, 1024], STAGE: [0, 1, 2] };
const together: Record<string, Record<string, number>[]> = {
  STRIP: [{ WG: 64, OCTS: 4, KEYS: 64, STRIP: 512 }, { WG: 128, OCTS: 1, KEYS: 256, STRIP: 512 }],
};

/** The overrides a kernel is compiled with: none, each value of each alone, and for each mode all switches at once. */
export function variants(k: Kernel): Record<string, number>[] {
  // Its text but for the tile is matmul.vec4's, which is compiled in all of them.
  if (/^matmul\.(rows|staged|subgroup_matrix)/.test(k.name)) return [0, 1, 2, 3].map((MODE) => ({ MODE, ACT: 1, GATE: 1, BIAS: 1, PRE: 1, RESIDUAL: 1, STATS: 1 })).slice(0, k.name.split('.').length > 3 || /^matmul\.rows\d+\./.test(k.name) ? 1 : 4);
  const types = [...k.text.matchAll(/override\s+(\w+)\s*:\s*(\w+)\s*=\s*([^;]+);/g)].map(([, name, type, value]) => ({ name: name!, type: type!, value: value === 'true' ? 1 : value === 'false' ? 0 : parseInt(value!) }));
  const switches = types.filter((o) => o.type === 'bool').map((o) => o.name);
  const list: Record<string, number>[] = [{}, ...switches.map((name) => ({ [name]: 1 }))];
  for (const { name, type } of types) {
    if (type === 'bool') list.push({ [name]: 0 });
    else if (numbers[name]) list.push(...numbers[name].map((value) => ({ [name]: value })));
    else if (together[name]) list.push(...together[name].flatMap((set) => [set, { ...set, ...Object.fromEntries(switches.map((s) => [s, 1])) }]));
    else if (!Object.values(together).some((sets) => name in defined(sets[0]))) throw new Error(`${k.name}: say in testing/variants.ts which values override ${name} takes`);
  }
  const on = Object.fromEntries(switches.map((name) => [name, 1]));
  const has = (name: string) => types.some((o) => o.name === name && o.type === 'u32');
  for (const mode of has('MODE') ? numbers.MODE! : [undefined]) {
    for (const act of has('ACT') ? numbers.ACT! : [undefined]) {
      list.push({ ...on, ...(mode === undefined ? {} : { MODE: mode }), ...(act === undefined ? {} : { ACT: act }) });
    }
  }
  // A value that is the default compiles the same text as leaving it out.
  const says = (v: Record<string, number>) => types.flatMap(({ name, value }) => ((v[name] ?? value) === value ? [] : [`${name}=${v[name]}`])).join(' ');
  return [...new Map(list.map((v) => [says(v), v])).values()];
}
