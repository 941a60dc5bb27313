/** A value of the setting `loss`, and what must be known of it where no task is at hand. */
export interface LossFacts {
  name: string;
  /** It compares images with texts, in pairs: both towers of a model learn, and what classifies is made of texts. */
  pairs?: true;
  /** The train.py of a Python bundle knows it. */
  python?: true;
}

/** The losses under which tasks are asked for, the usual one first. One line each. */
export const lossFacts: LossFacts[] = [{ name: 'cross_entropy', python: true }, { name: 'contrastive', pairs: true }];

export const losses: string[] = lossFacts.map(({ name }) => name);

/** Facts about a loss; for an unknown name, the name alone. */
export const lossOf = (name: unknown): LossFacts => lossFacts.find((loss) => loss.name === name) ?? { name: String(name) };
