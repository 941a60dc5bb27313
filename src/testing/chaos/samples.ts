/** Samples to damage of the plain text that the page and the command line read themselves; they name methods and models. */

/** Addresses of the page. */
export const linkSamples = [
  '#/train?v=1&seed=3&steps=40&model=vit-nano&data=me%2Fphotos%40v2&methods=lora,randlora&targets=query,value&lora.r=7&lr.lora=0.002&theme=dark&axis=time',
  '#/compare?v=1&present=1&hide=advanced,try&filter=accuracy%20%3E%200.8&budget=123456',
  '#/lessons?lesson=rank&part=2&teacher=1',
  `#v=1&project=https%3A%2F%2Fexample.org%2Fa%2520b.fullrank&sha256=${'ab'.repeat(32)}`,
];

/** Filters of runs. */
export const filterSamples = ['method == "lora" and accuracy > 0.8 and r <= 8', 'not (seed in [1, 2, 3] or method contains "a") && r != -1e3'];

/** Settings of a project. */
export const settingsSample = { version: 3, model: 'a', data: 'b', methods: ['lora'], budget: 5, train: { steps: 4, seed: 1, flip: true }, lr: { lora: 0.1 }, overrides: { lora: { r: 7 } }, targets: ['query'], filter: 'r > 1', hide: [], theme: 'dark' };

/** The grid of `fullrank compare` and of a study. */
export const gridSample = { model: 'vit-nano', data: 'fashion-mnist', methods: ['lora', { method: 'randlora', r: 4 }], budget: 5000, seeds: [1, 2], train: { steps: 4, batch: 2, lr: 0.01 }, train_by_method: { lora: { lr: 0.02 } }, variants: [{ train_share: 0.5 }] };
