/** A model that is served beside the page. */
export interface BuiltinModel {
  id: string;
  title: string;
  note: string;
  /** Folder below the page's address, and below public/ in the project. */
  path: string;
  files: string[];
}

/** A built-in model's title; the name itself of any other. */
export const modelTitle = (name: string): string => builtinModels.find((m) => m.id === name)?.title ?? name;

export const builtinModels: BuiltinModel[] = [
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
