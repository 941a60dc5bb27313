import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Adapted } from '../adapters/adapted';
import { methodFields } from '../adapters/fields';
import { shapesOf } from '../adapters/shapes';
import type { CountFormula, MatrixShapes, MethodShapes, NamedShape } from '../adapters/shapes.meta';
import { matricesPicture } from '../figures/matrices';
import { parseModel } from '../models';
import { withTextHead } from '../models/byText';

const opened = (name: string) => parseModel(JSON.parse(readFileSync(join(import.meta.dirname, `../../public/models/${name}/config.json`), 'utf8')) as Record<string, unknown>);
const deit = { title: 'DeiT-Tiny', net: opened('deit-tiny-patch16-224').with({ labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] }) };
const clip = { title: 'clip-nano', net: withTextHead(opened('clip-nano'), 10).with({ labels: deit.net.labels }) };

const number = (value: number): string => value.toLocaleString('en');
const numbers = (text: string): string => text.replace(/\d{4,}/g, (digits) => number(Number(digits)));
const tensor = ({ name, shape, count }: NamedShape): string => `\`${name}\` ${shape.length > 0 ? shape.map(number).join(' × ') : '1'}${count > 1 ? `, ${number(count)} of them` : ''}`;
const fixed = (value: number): string => String(Number(value.toFixed(2)));

/** One line, so that Markdown takes it as it is. */
function picture(shapes: MethodShapes, of: MatrixShapes | null, colour: string): string {
  const { pieces, drawn, width, height, toScale } = matricesPicture(shapes, of);
  const rects = pieces.map(({ kind, x, y, width: w, height: h }) => `<rect class="${kind}" x="${fixed(x)}" y="${fixed(y)}" width="${fixed(w)}" height="${fixed(h)}"/>`);
  const names = [...(of ? [`the weight ${of.out} × ${of.in}`] : []), ...drawn.map(({ kind, common, ...one }) => `${tensor(one)} (${kind}${common ? ', common to all' : ''})`)].join('; ');
  const svg = `<svg class="matrices ${colour}" viewBox="0 0 ${fixed(width)} ${fixed(height)}" width="${fixed(1.5 * width)}" role="img" aria-label="${names.replaceAll('`', '')}">${rects.join('')}</svg>`;
  return `${svg}\n\nFrom left to right: ${names}. ${toScale ? 'To scale.' : 'Not all to scale.'}`;
}

const formula = (count: CountFormula | undefined): string => (count ? `\`${count.formula}\` = ${numbers(count.numbers)} = ` : '');

function card(method: string): string {
  const { title, formula: update, when, texts, look } = methodFields[method]!;
  const model = texts ? clip : deit;
  const shapes = shapesOf(new Adapted(model.net, { method }));
  const { matrices, common, weights, parameters, count } = shapes;
  const lines = [
    ...matrices.map((of) => `- ${number(of.matrices)} matrices of ${number(of.out)} × ${number(of.in)}: ${formula(of.count)}${number(of.parameters)} each`),
    ...(common.length > 0 ? [`- common to all: ${formula(count)}${common.map(tensor).join('; ')}`] : []),
    ...(weights.length > 0 ? [`- weights of the model itself: ${weights.map(tensor).join('; ')}`] : []),
  ];
  const total = parameters > 0 ? `On ${model.title}, as it comes: ${number(parameters)} parameters.` : 'Nothing learns but the head.';
  return [`## ${title}`, `\`${update}\``, when, parameters > 0 && picture(shapes, matrices[0] ?? null, look?.colour ?? 'grey'), lines.join('\n'), total].filter(Boolean).join('\n\n');
}

test('the page of cards is what the methods say of themselves (-u writes it)', async () => {
  const intro = [
    '# Method cards',
    'What each method puts on the matrices of a model, and how many parameters that is, with the settings that it comes with and ten classes, without a new head. The page has the same for the model and the settings at hand: *Its matrices and parameters*, behind a method’s name. What the methods are for and what their files are is told in [Methods](methods.md).',
    '`d_in` and `d_out` are the inputs and outputs of a matrix; ⌈ ⌉ rounds up. In the pictures colour learns, grey is fixed, the outline is the weight, of the first size where there are several. What would be thinner than a line is drawn thicker, what is longer than the picture is cut, and of a stack four are drawn: then it says that not all is to scale. A method without a formula has the count of each size alone.',
  ];
  await expect(`${[...intro, ...Object.keys(methodFields).map(card)].join('\n\n')}\n`).toMatchFileSnapshot('cards.md');
});
