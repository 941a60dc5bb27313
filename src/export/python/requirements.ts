import type { Model } from '../../models/model';

/** Packages that train.py imports: the range, the releases that it was run with (npm run check:python), and the least Python that each of those states. */
const packages: [name: string, range: string, ran: string][] = [
  ['torch', '>=2.5,<3', '2.6.0 (Python 3.9)'],
  ['torchvision', '>=0.20,<1', '0.21.0 (Python 3.9)'],
  ['transformers', '>=4.45,<5.17', '4.45.2 (Python 3.8), 4.57.6 (Python 3.9), 5.2.0 and 5.13.0.dev0 (Python 3.10)'],
  ['peft', '>=0.18,<0.21', '0.18.1, 0.19.1 and 0.20.0 (Python 3.10)'],
  ['accelerate', '>=1.1,<2', '1.2.1 (Python 3.9), 1.12.0 and 1.14.0 (Python 3.10)'],
  ['numpy', '>=1.26,<3', '2.2.4 (Python 3.10)'],
  ['pillow', '>=10.1,<13', '11.1.0 (Python 3.9)'],
];

/** requirements.txt of a bundle, whose adapter needs so new a PEFT. */
export function requirements(model: Pick<Model, 'needs'>, peft = '0.18'): string {
  const least = model.needs?.(false).since?.version ?? '4.45';
  return `# Behind each range: the releases that train.py was run with, and the oldest Python that each of them is for.
# All together need Python 3.10 or newer. transformers reads images through torchvision since version 5.
${packages.map(([name, range, ran]) => `${`${name}${range.replace('4.45', least).replace('0.18', peft)}`.padEnd(28)}# ${ran}`).join('\n')}
`;
}
