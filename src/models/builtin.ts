/** A model that is served beside the page. */
export interface BuiltinModel {
  id: string;
  title: string;
  note: string;
  /** Folder below the page's address, and below public/ in the project. */
  path: string;
  files: string[];
  /** Its name on the Hugging Face hub, where it is there as well. */
  hub?: string;
}

/** Those that the page offers. */
export const builtinModels: BuiltinModel[] = [
  {
    id: 'deit-tiny-patch16-224',
    title: 'DeiT-Tiny',
    note: 'A small vision transformer of Facebook AI, trained on the million photographs of ImageNet-1k.',
    path: 'models/deit-tiny-patch16-224/',
    hub: 'facebook/deit-tiny-patch16-224',
    files: ['config.json', 'preprocessor_config.json', 'model.safetensors'],
  },
  {
    id: 'vit-nano',
    title: 'vit-nano',
    note: 'A small vision transformer of this project, pretrained on natural images, traffic signs, hand signs and textures.',
    path: 'models/vit-nano/',
    files: ['config.json', 'preprocessor_config.json', 'model.safetensors'],
  },
  {
    id: 'clip-nano',
    title: 'clip-nano',
    note: 'A small CLIP of this project: it compares pictures with texts. Trained briefly on captions of Fashion-MNIST, so that prompts have something to add.',
    path: 'models/clip-nano/',
    files: ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'model.safetensors'],
  },
];

/** Models of texts, which the page does not offer. */
export const builtinTextModels: BuiltinModel[] = [
  {
    id: 'bert-nano',
    title: 'bert-nano',
    note: 'A small BERT of this project, pretrained on made-up sentences about a village.',
    path: 'models/bert-nano/',
    files: ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'],
  },
  {
    id: 'llama-nano',
    title: 'llama-nano',
    note: 'A small Llama of this project, pretrained on made-up sentences about a village and on a few of the stories about it, so that the others have something to add.',
    path: 'models/llama-nano/',
    files: ['config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json', 'model.safetensors'],
  },
];

/** All of them. */
export const bundledModels: readonly BuiltinModel[] = [...builtinModels, ...builtinTextModels];

/** A built-in model's title; the name itself of any other. */
export const modelTitle = (name: string): string => bundledModels.find((m) => m.id === name)?.title ?? name;
