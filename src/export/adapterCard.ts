import type { Adapted } from '../adapters/adapted';
import { isPeft } from '../adapters/configs';
import type { Generation } from '../adapters/generations';
import { factsTable, frontMatter, type CardFacts } from './cardText';

const load = (adapted: Adapted, className: string, ownSize: boolean): string => {
  const head = adapted.trainedHead.size > 0;
  return `import json
from transformers import AutoImageProcessor, ${className}
from peft import PeftModel

folder = "."
base = json.load(open(f"{folder}/adapter_config.json"))["base_model_name_or_path"]
${head ? `labels = json.load(open(f"{folder}/fullrank.json"))["labels"]
model = ${className}.from_pretrained(base, num_labels=len(labels), id2label=dict(enumerate(labels)), ignore_mismatched_sizes=True)` : `model = ${className}.from_pretrained(base)`}
model = PeftModel.from_pretrained(model, folder).eval()
processor = AutoImageProcessor.from_pretrained(folder)${ownSize ? '' : '\n# The images are not of the base model\'s size: call it with interpolate_pos_encoding=True.'}`;
};

/** README.md of an adapter's folder: what it is, and the lines that load it. */
export function adapterCard(adapted: Adapted, base: string, generation: Generation, facts: CardFacts, { className, ownSize }: { className: string; ownSize: boolean }): string {
  const { config, method } = adapted;
  const title = method.fields.title;
  const peft = isPeft(adapted);
  const how = peft
    ? `\`\`\`python
${load(adapted, className, ownSize)}
\`\`\`

Load it in this way: \`Auto…from_pretrained\` on an adapter's folder may leave a trained classifier out. Layers go by the names of transformers ${generation === 5 ? '5 and newer' : '4 and older'}; for the other generation export it again. \`check.py\` runs these lines and compares the logits of \`probe.safetensors\` with what the studio computed.`
    : `PEFT does not have this method and refuses the folder. Fullrank reads it${config.method === 'nola' ? '; for PEFT export it as LoRA, which computes the same' : ''}; for transformers export it merged.`;
  return `${frontMatter(base, config.method, 'peft')}

# ${title} adapter for image classification

Made with Fullrank.

${factsTable(adapted, base, facts)}

${how}
`;
}
