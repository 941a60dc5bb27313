import { Adapted } from '../adapters/adapted';
import { solveBudget } from '../adapters/budget';
import { ConfigError } from '../adapters/fields';
import { printProgram } from '../engine/print';
import type { Model } from '../models/model';
import { formOf } from '../tasks';
import { completeTrain, trainFields } from '../train/config';
import { describeModel } from '../train/openModel';
import { largestBatch, planFitted, planRun } from '../train/plan';
import { methodFlag, methodFlags, methodFrom, namesFrom, table, UsageError, wholeFrom, type Command, type Flag, type Given } from './command';
import { isTextModel } from '../models/text';
import { modelTree } from './files';
import { textForm } from '../train/textSet';
import { textFlags, textSettings } from './texts';

const trainNames = ['batch', 'accumulate', 'image_size', 'frozen_dtype', 'checkpoint_activations', 'memory_limit', 'ema_decay', 'mixup_alpha', 'cutmix_alpha', 'loss'];

export const command: Command = {
  help: 'plans trainable parameters, memory by role and dispatches before anything runs; needs only config.json',
  examples: ['--model vit-nano --method randlora --r 32'],
  flags: [
    { name: 'model', kind: 'text', value: 'NAME|FOLDER', required: true, help: 'Model: a built-in name, a folder, or its config.json.' },
    methodFlag,
    { name: 'labels', kind: 'integer', help: 'Number of classes, for a new head; by default the model keeps its own.' },
    ...trainFields.filter((f) => trainNames.includes(f.name)),
    { name: 'budget', kind: 'integer', help: 'Adapter parameters to aim at: without --method, lists what every method reaches; with it, plans the nearest setting.' },
    { name: 'fit', kind: 'integer', value: 'MIB', help: 'Instead of --batch: finds the largest batch whose plan stays within this many MiB, and plans it.' },
    ...textFlags.filter(({ name }) => ['task', 'max_length'].includes(name)),
    { name: 'print', kind: 'boolean', help: 'Print the recorded programs, one dispatch per line.' },
    ...methodFlags,
  ] satisfies Flag[],
  async run(given, say) {
    const model = sized((await describeModel(await modelTree(String(given.model), { weights: false }))).net, given);
    const budget = wholeFrom(given, 'budget', 0, 1e12);
    if (budget !== undefined) {
      const rows = solveBudget(model, given.target_modules === undefined ? null : namesFrom(String(given.target_modules)), budget).map((row) => ({ ...row, reason: row.reason ?? '' }));
      if (given.method === undefined) {
        table([['method', 'setting', 'parameters', 'range', ''], ...rows.map((r) => [r.method, setting(r.config), r.parameters, `${r.range[0].toLocaleString('en-US')} to ${r.range[1].toLocaleString('en-US')}`, r.reason])]).forEach(say);
        return rows;
      }
      const row = rows.find((r) => r.method === given.method);
      if (row?.reason) say(`${row.method}: ${row.reason}`);
      if (row?.config) return plan(model, { ...methodFrom(given), ...row.config }, given, say);
    }
    return plan(model, methodFrom(given), given, say);
  },
};

function plan(model: Model, method: ReturnType<typeof methodFrom>, given: Given, say: (line: string) => void) {
  const adapted = new Adapted(model, method);
  const train = completeTrain(Object.fromEntries(trainNames.filter((n) => given[n] !== undefined).map((n) => [n, given[n]])));
  const fit = wholeFrom(given, 'fit', 1, 2 ** 30);
  if (fit !== undefined) {
    if (given.batch !== undefined) throw new UsageError('give either --batch or --fit, which finds it');
    const batch = largestBatch(adapted, train, fit * 2 ** 20);
    if (batch === 0) throw new ConfigError(`not even a batch of 1 fits into ${fit} MiB: it takes ${Math.ceil(planRun(adapted, { ...train, batch: 1 }, 0).plan.total_bytes / 2 ** 20)} MiB. --checkpoint-activations, --frozen-dtype f16 or a smaller --image-size need less.`);
    train.batch = batch;
  }
  const { plan, programs } = planFitted(adapted, train, 0);
  say(`${adapted.method.fields.title} on ${String(given.model)}: ${adapted.layers.length} adapted layers, batch ${train.batch}${plan.micro_batches ? ` in ${plan.micro_batches.count} micro-batches of ${plan.micro_batches.size}` : ''}`);
  table([
    ['adapter parameters', plan.adapter_parameters],
    ['head parameters', plan.head_parameters],
    ['dispatches a step', plan.dispatches],
    ...Object.entries(plan.bytes).sort((a, b) => b[1] - a[1]).map(([role, bytes]) => [`${role} bytes`, bytes]),
    ['total bytes', plan.total_bytes],
  ]).forEach(say);
  const forms = Object.values(plan.forms);
  if (forms.length) say(`${forms.filter((f) => f === 'streamed').length} layers streamed, ${forms.filter((f) => f === 'merged').length} merged${programs.once ? ', once a step' : ''}`);
  const programsText = given.print === true ? programs.rec.programs.map(printProgram) : undefined;
  programsText?.forEach(say);
  const { adapter_parameters, head_parameters, trainable_parameters, bytes, total_bytes, dispatches, micro_batches } = plan;
  return {
    model: String(given.model), config: adapted.config, batch: train.batch, labels: model.num_labels, image_size: model.image_size,
    adapter_parameters, head_parameters, trainable_parameters, bytes, total_bytes, dispatches, ...(micro_batches && { micro_batches }), forms: plan.forms, programs: programsText,
  };
}

/** The model with --labels classes and --image-size, and in the form that --task and --max-length say. */
function sized(model: Model, given: Given): Model {
  const labels = wholeFrom(given, 'labels', 1, 65_536);
  const size = wholeFrom(given, 'image_size', 0, 4096);
  if (labels !== undefined && model.head === null) throw new UsageError('--labels needs a model with a trainable head');
  const text = isTextModel(model) ? textForm(model, textSettings(given)) : model;
  const form = formOf(text, given.loss === undefined ? undefined : String(given.loss));
  return form.with({ ...(labels ? { labels: Array.from({ length: labels }, (_, i) => `LABEL_${i}`) } : {}), ...(size ? { image_size: size } : {}) });
}

const setting = (config: Record<string, unknown> | null): string =>
  Object.entries(config ?? {}).filter(([name]) => name !== 'method' && name !== 'target_modules').map(([name, value]) => `${name} ${String(value)}`).join(', ');
