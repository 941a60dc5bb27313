import { defined } from '../numbers/defined';
import type { Entry, Program } from './record';
import { shapeText } from './errors';

const operand = (entry: Entry, access: 'read' | 'read_write'): string =>
  entry.kernel.bindings
    .filter((b) => b.access === access && !defined(entry.tensors[b.name]).label.startsWith('none '))
    .map((b) => {
      const t = defined(entry.tensors[b.name]);
      return `${b.name}=${t.label}${shapeText(t.shape)}${t.dtype === 'f32' ? '' : ` ${t.dtype}`}`;
    })
    .join(' ');

/** The program as text, one dispatch a line: number, phase, label, kernel, operands, params, grid. */
export function printProgram(program: Program): string {
  const lines = program.entries.map((entry, i) => {
    const params = Object.entries({ ...entry.overrides, ...entry.params })
      .map(([k, v]) => `${k}=${Number.isInteger(v) ? v : v.toPrecision(6)}`)
      .join(' ');
    return `#${i} ${entry.phase} ${entry.label} ${entry.kernel.name} <${entry.grid.join('x')}> ${operand(entry, 'read')} -> ${operand(entry, 'read_write')} {${params}}`;
  });
  return [`program ${program.name}: ${program.entries.length} dispatches`, ...lines].join('\n');
}
