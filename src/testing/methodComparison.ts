/** A row of the table that PEFT's method_comparison/processing.py makes of a result, as it takes it: what it takes for granted has to be there, and of the type of its column. */
export function comparisonRow(text: string): Record<string, unknown> {
  const json = JSON.parse(text) as Record<string, Record<string, unknown>>;
  const take = (from: unknown, key: string): unknown => {
    if (typeof from !== 'object' || from === null || !(key in from)) throw new Error(`KeyError: ${key}`);
    return (from as Record<string, unknown>)[key];
  };
  const [run, train, meta] = [take(json, 'run_info'), take(json, 'train_info'), take(json, 'meta_info')];
  const config = take(run, 'peft_config');
  const last = (take(train, 'metrics') as Record<string, unknown>[]).at(-1);
  const row = {
    experiment_name: take(run, 'experiment_name'),
    model_id: take(take(run, 'train_config'), 'model_id'),
    peft_type: config === null ? 'full-finetuning' : take(config, 'peft_type'),
    created_at: take(run, 'created_at'),
    total_time: take(run, 'total_time'),
    train_time: take(train, 'train_time'),
    test_accuracy: take(last, 'test accuracy'),
    train_loss: take(last, 'train loss'),
    train_samples: take(last, 'train samples'),
    train_total_tokens: take(last, 'train total tokens'),
    accelerator_memory_max: take(train, 'accelerator_memory_max'),
    accelerator_memory_reserved_avg: take(train, 'accelerator_memory_reserved_avg'),
    accelerator_memory_reserved_99th: take(train, 'accelerator_memory_reserved_99th'),
    num_trainable_params: take(train, 'num_trainable_params'),
    file_size: take(train, 'file_size'),
    ...Object.fromEntries(['transformers', 'peft', 'datasets', 'torch', 'bitsandbytes'].map((name) => [`${name}_version`, take(take(meta, 'package_info'), `${name}-version`)])),
    system_info: take(meta, 'system_info'),
  };
  for (const name of ['total_time', 'train_time', 'test_accuracy', 'train_loss', 'train_samples', 'train_total_tokens'] as const) if (typeof row[name] !== 'number') throw new Error(`${name} is no number`);
  for (const name of ['accelerator_memory_max', 'accelerator_memory_reserved_avg', 'accelerator_memory_reserved_99th', 'num_trainable_params', 'file_size'] as const) if (!Number.isInteger(row[name])) throw new Error(`${name} is no whole number`);
  for (const name of ['experiment_name', 'model_id', 'peft_type', 'created_at'] as const) if (typeof row[name] !== 'string') throw new Error(`${name} is no text`);
  return { ...row, status: take(train, 'status') };
}
