import type { StepLayer, StepLook } from '../../../train/stepLook.meta';
import { methodLook } from '../../../figures/methods';
import { counted, formatCount, formatMiB, formatNumber, formatSetting, listOf } from '../../../language/format';
import { placeOf } from '../step';

const sizes = (shape: readonly number[]): string => (shape.length > 0 ? shape.map(formatCount).join('\u00a0×\u00a0') : '1');

/** A number of the model, to three digits. */
export const formatValue = (value: number): string => (value === 0 ? '0' : Math.abs(value) >= 0.0005 ? formatSetting(Number(value.toPrecision(3))) : value.toExponential(1)).replaceAll('-', '−');

/** Words of a step that is looked into. */
export const stepWords = {
  waiting: 'Taking the step.',
  again: 'Try again',
  method: 'Method',
  step: 'Step',
  stepOf: (step: number) => `Step ${formatNumber(step)}`,
  source: 'Computed here',
  about: ({ batch, tokens, processor }: StepLook, method: string) => `${method} on vit-nano, ${counted(batch, 'picture', 'pictures')} of Fashion-MNIST with ${formatNumber(tokens)} tokens each, ${processor ? 'on the processor' : 'by WebGPU'}; the same numbers at every visit`,
  loss: (loss: number) => `loss ${formatValue(loss)}`,
  parts: 'The model, from the pictures to the loss',
  head: { shape: 'hands on', dispatches: 'dispatches', work: 'multiply-adds', weights: 'weights read, MiB', written: 'written, MiB' },
  phases: { forward: 'Forward, from left to right', backward: 'Backward, from right to left' },
  before: 'Pictures to tokens',
  block: (block: number) => `Block ${formatNumber(block + 1)}`,
  after: 'Head and loss',
  sizes,
  mib: formatMiB,
  work: (work: number) => (work >= 1e6 ? `${formatSetting(Number((work / 1e6).toPrecision(3)))}\u00a0M` : formatCount(work)),
  total: ({ dispatches, update }: StepLook) => `${counted(dispatches, 'dispatch', 'dispatches')} in all: ${formatNumber(dispatches - update)} forward and backward, and ${formatNumber(update)} that change the weights. Multiply-adds are those of the layers’ products; attention’s own and norms are left out.`,
  choose: 'Layers of the block',
  picture: (names: string[]) => `From left to right: ${names.join('; ')}`,
  weight: ({ out, in: width }: StepLayer) => `W, ${sizes([out, width])}, frozen`,
  tensor: (name: string, shape: readonly number[]) => `${name}, ${sizes(shape)}`,
  flow: ({ in: width, out, residual }: StepLayer) => `A token flows in as ${counted(width, 'number', 'numbers')} and flows out as ${formatNumber(out)}${residual ? '; what came before the attention or MLP is added where the result is written' : ''}.`,
  forms: {
    streamed: 'The update runs beside the weight, as thin products of its own.',
    merged: 'The update is added to the weight first, in a kernel of its own; then it is one product.',
  } satisfies Record<StepLayer['form'], string>,
  together: (names: string[]) => `${listOf(names)} have one size and one input, so they run as one: every dispatch here is for all of them.`,
  trained: 'What learns here',
  trainedHead: ['tensor', 'shape', 'length', 'length of its gradient'],
  dispatches: 'Its dispatches, in order',
  dispatchHead: ['number', 'phase', 'what', 'kernel', 'reads', 'writes'],
  phase: { forward: 'forward', backward: 'backward' },
  ofLayer: 'the layer’s product',
  show: (index: number) => `Show the kernel of dispatch ${formatNumber(index)}`,
  token: 'Token',
  tokenOf: (token: number, before: number, side: number) => (token < before ? 'the class token, no patch' : `patch in row ${formatNumber(Math.floor((token - before) / side) + 1)}, column ${formatNumber(((token - before) % side) + 1)}`),
  pictureOf: (label: string, token: string) => `The picture, ${label}; marked is the token: ${token}`,
  rows: { x: 'flows in', update: 'the update’s part', residual: 'added to it', y: 'flows out', gradient: 'gradient by what flows out' } as const,
  row: (name: string, width: number) => `${name}: ${counted(width, 'number', 'numbers')} as colours`,
  shown: (shown: number, width: number) => `${formatNumber(shown)} of ${formatNumber(width)}, rounded`,
  span: (most: number) => `largest ${formatValue(most)}`,
  zero: 'all zero',
  rowsCaption: 'Each cell is a number: blue above zero, orange below, the stronger the larger, in a scale of its own for each row. Flows out = x Wᵀ + b + the update’s part + what is added.',
  dispatch: 'Dispatch',
  facts: { entry: 'entry point', workgroup: 'workgroup', grid: 'workgroups', invocations: 'invocations', constants: 'set when compiled' },
  text: (kernel: string) => `WGSL of ${kernel}`,
  ran: 'This WGSL ran on the graphics card.',
  compiled: 'Here the processor computed, and no graphics card: what ran is WebAssembly, compiled from this WGSL when the page was built.',
};

/** What flows in the three lines of the answer: lengths of the gradients of what learns, at the first step. */
export function gradientText({ step, layer }: StepLook, method: string): string {
  const each = layer.trained.map(({ name, gradient }) => `${name} ${formatValue(gradient)}`);
  const none = layer.trained.filter(({ gradient }) => gradient === 0);
  const says = none.length > 0 ? `Nothing reaches ${listOf(none.map(({ name }) => name))} yet` : 'All that learns has a gradient';
  return `${methodLook(method).title}, step ${formatNumber(step)}, ${placeOf(layer.name).end}: ${says} (lengths of the gradients: ${listOf(each)}).`;
}

/** The parts of the output of a token that are largest: what the update adds, beside what there was. */
export function shareText({ layer, step }: StepLook, token: number): string {
  const lengthOf = ({ width, values }: StepLayer['y']) => Math.hypot(...values.subarray(token * width, (token + 1) * width));
  const [update, y] = [lengthOf(layer.update), lengthOf(layer.y)];
  return update === 0 ? `At step ${formatNumber(step)} the update adds nothing yet.` : `At step ${formatNumber(step)} the update’s part of this token is ${formatValue(update)} long, what flows out ${formatValue(y)}: ${formatValue((100 * update) / y)}\u00a0%.`;
}
