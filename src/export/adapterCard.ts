import type { Adapted } from '../adapters/adapted';
import { codecOf, isPeft, onConv1d } from '../adapters/files/config';
import { versionsOf, type Generation } from '../adapters/files/generations';
import { factsTable, frontMatter, isHubId, kindOf, type CardFacts } from './cardText';
import type { Needs } from '../models/model';
import { needsOf, sinceText } from './transformers';

const load = (adapted: Adapted, base: string, className: string, { interpolate }: Needs): string => {
  const head = adapted.trainedHead.size > 0;
  const texts = adapted.model.language !== undefined;
  const { first, setup } = codecOf(adapted.config).card ?? {};
  return `import json
${first ? `${first}\n` : ''}from transformers import ${texts ? 'AutoTokenizer' : 'AutoImageProcessor'}, ${className}
from peft import PeftModel
${setup ? `${setup}
` : ''}
folder = "."
base = json.load(open(f"{folder}/adapter_config.json"))["base_model_name_or_path"]${isHubId(base) ? '' : '  # not on the Hub: put the path of its folder here'}
${head ? `labels = json.load(open(f"{folder}/fullrank.json"))["labels"]
model = ${className}.from_pretrained(base, id2label=dict(enumerate(labels)), ignore_mismatched_sizes=True)` : `model = ${className}.from_pretrained(base)`}
model = PeftModel.from_pretrained(model.float(), folder).eval()  # float32, as it was trained
${texts ? 'tokenizer = AutoTokenizer.from_pretrained(base)' : 'processor = AutoImageProcessor.from_pretrained(folder)'}${interpolate ? '\n# The images are not of the base model\'s size: call it with interpolate_pos_encoding=True.' : ''}`;
};

/** README.md of an adapter's folder: what it is, and the lines that load it. `own_size` is the image size that the base model's config.json names. */
export function adapterCard(adapted: Adapted, base: string, generation: Generation, facts: CardFacts, { className, own_size }: { className: string; own_size: number }): string {
  const { config, method, model } = adapted;
  const title = method.fields.title;
  const needs = needsOf(model, own_size);
  const { note } = (method.codecs && codecOf(config).card) ?? {};
  const names = versionsOf(generation, model);
  const notes = [
    'Load it in this way: `Auto…from_pretrained` on an adapter\'s folder may leave a trained classifier out.',
    ...(needs.since ? [`It needs ${sinceText(needs)}.`] : []),
    ...(isHubId(base) ? [] : [`The base model is not on the Hub: keep its folder with this one.${method.merged ? ' A merged export needs none.' : ''}`]),
    ...(names ? [`Layers go by the names of ${names}; for the others export it again.`] : []),
    ...(note ? [note] : []),
    ...(model.language ? [] : ['`check.py` runs these lines and compares the logits of `probe.safetensors` with what Fullrank computed.']),
  ];
  const how = isPeft(adapted)
    ? `\`\`\`python
${load(adapted, base, className, needs)}
\`\`\`

${notes.join(' ')}`
    : `PEFT ${onConv1d(adapted) ? `does not put ${title} on layers of this kind (Conv1D)` : 'does not have this method'} and refuses the folder. Fullrank reads it${note ? `; ${note}` : ''}; ${method.merged ? 'for transformers export it merged' : 'it cannot be merged, so transformers does not run it'}.`;
  const kind = kindOf(model);
  return `${frontMatter(base, config.method, 'peft', kind.pipeline)}

# ${title} adapter for ${kind.pipeline.replaceAll('-', ' ')}

Made with Fullrank.

${factsTable(adapted, base, facts)}

${how}
`;
}
