import type { Adapted } from '../adapters/adapted';
import { factsTable, frontMatter, kindOf, type CardFacts } from './cardText';

/** README.md of a folder for ONNX Runtime and transformers.js: what the file takes and gives, and the lines that run it. */
export function onnxCard(adapted: Adapted, base: string, path: string, dtype: string, facts: CardFacts = {}): string {
  const { config, model } = adapted;
  const { pipeline, title } = kindOf(model);
  // transformers.js has no pipeline for a head that is made of texts: the file is run as it is.
  const alone = !model.language && model.head === null;
  const inputs = model.language ? '`input_ids`, `attention_mask` and, where the model uses them, `token_type_ids`: int64, (batch, tokens)' : `\`pixel_values\`: float32, (batch, ${model.channels}, ${model.image_size}, ${model.image_size}), preprocessed as \`preprocessor_config.json\` says`;
  return `${frontMatter(base, config.method, alone ? 'onnx' : 'transformers.js', pipeline)}

# A fine-tuned ${title}, as ONNX

${factsTable(adapted, base, facts)}

${alone ? direct(path) : piped(pipeline, dtype, model.language !== undefined)}

\`${path}\` takes ${inputs}, and gives \`logits\`. It was run in ONNX Runtime when it was made and compared with what it was made of. The weights keep the base model's licence.
`;
}

const piped = (pipeline: string, dtype: string, reads: boolean): string => `Put this folder beside your page as \`models/mine\`:

\`\`\`js
import { env, pipeline } from '@huggingface/transformers';

Object.assign(env, { allowLocalModels: true, allowRemoteModels: false, localModelPath: 'models/' });
const model = await pipeline('${pipeline}', 'mine', { dtype: '${dtype}' });
console.log(await model(${reads ? "'A text'" : "'picture.jpg'"}));
\`\`\``;

const direct = (path: string): string => `\`\`\`js
import * as ort from 'onnxruntime-web';

const session = await ort.InferenceSession.create('${path}');
const { logits } = await session.run({ pixel_values });
\`\`\``;
