import type { Adapted } from '../adapters/adapted';
import { readoutOf, type Readout } from '../models/text';
import { factsTable, frontMatter, kindOf, type CardFacts } from './cardText';
import { needsOf, sinceText } from './transformers';

/** README.md of a merged model: what it is, and how transformers loads it. `own_size` is the image size that its config.json names. */
export function modelCard(adapted: Adapted, base: string, own_size: number, facts: CardFacts = {}): string {
  const { config, method, model } = adapted;
  const needs = needsOf(model, own_size);
  const sizes = needs.interpolate ? ', interpolate_pos_encoding=True' : '';
  const kind = kindOf(model);
  // A family that names none has one that transformers chooses by config.json.
  const className = model.architecture ?? 'AutoModel';
  const load = model.language
    ? loadTexts(readoutOf(model.language))
    : model.head === null
      ? `from transformers import AutoImageProcessor, ${className}

processor = AutoImageProcessor.from_pretrained(".")
model = ${className}.from_pretrained(".")${needs.interpolate ? '\n# The images are not of the size that config.json names: call get_image_features with interpolate_pos_encoding=True.' : ''}`
      : `from PIL import Image
from transformers import AutoImageProcessor, AutoModelForImageClassification

processor = AutoImageProcessor.from_pretrained(".")
model = AutoModelForImageClassification.from_pretrained(".")
logits = model(**processor(Image.open("image.jpg").convert("RGB"), return_tensors="pt")${sizes}).logits
print(model.config.id2label[logits.argmax(-1).item()])`;
  const towers = model.head === null && !model.language;
  return `${frontMatter(base, config.method, 'transformers', towers ? 'zero-shot-image-classification' : kind.pipeline)}

# A fine-tuned ${towers ? 'model of images and texts' : kind.title}

All weights in one model: ${method.trains === 'adapter' ? `the ${method.fields.title} adapter is added to the base model's weights` : `trained with ${method.fields.title.toLowerCase()}`}. Made with Fullrank.

${factsTable(adapted, base, facts)}

\`\`\`python
${load}
\`\`\`

${needs.since ? `It needs ${sinceText(needs)}. ` : ''}\`.\` stands for this folder, or for the id it is uploaded under. The weights keep the base model's licence.
`;
}

/** The lines that load a model of texts and ask it. */
const loadTexts = ({ className, asked }: Readout): string => `from transformers import AutoTokenizer, ${className}

tokenizer = AutoTokenizer.from_pretrained(".")
model = ${className}.from_pretrained(".").eval()
inputs = tokenizer("A text", return_tensors="pt")
${asked}`;
