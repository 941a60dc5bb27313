import { byMedium, inMedium } from '../../language/medium';
/** Words of the form that opens something from the hub, by what it opens. */
export const hubKinds: Record<'model' | 'dataset' | 'runs', { open: string; form: string; id: string; idHint: string; tokenHint: string; submit: string }> = {
  model: {
    open: 'From Hugging Face',
    form: 'Open a model from Hugging Face',
    id: 'Model id',
    idHint: 'Owner and name, as facebook/deit-tiny-patch16-224. ViT, DeiT, DINOv2 and CLIP can be opened.',
    tokenHint: 'For private or gated models. It is forgotten when this tab closes, and sent to the endpoint only.',
    submit: 'Open',
  },
  dataset: {
    open: 'Hugging Face',
    get form() { return inMedium`Open pictures from Hugging Face`; },
    id: 'Data set id',
    get idHint() { return byMedium({ pictures: 'Owner and name, as ylecun/mnist. Labelled pictures in parquet files, zips, class folders or with a table can be opened.', texts: 'Owner and name, as stanfordnlp/sst2. Tables of texts with a class each (CSV, JSONL, Parquet) can be opened.' }); },
    tokenHint: 'For private or gated data sets. It is forgotten when this tab closes, and sent to the endpoint only.',
    submit: 'Open',
  },
  runs: {
    open: 'From Hugging Face',
    form: 'Add runs from Hugging Face',
    id: 'Repository',
    idHint: 'Owner and name of a model repository. Repositories pushed from Fullrank contain their runs.',
    tokenHint: 'For private repositories. It is forgotten when this tab closes, and sent to the endpoint only.',
    submit: 'Add',
  },
};
