import { inMedium } from '../../../language/medium';

/** Words of the field, explained in one or two sentences where they stand (controls/Term.tsx). */
export const terms = {
  rank: 'The rank of an update of a weight matrix is how many independent directions it can have. LoRA’s r is that rank: a tall matrix with r columns times a wide one with r rows. RandLoRA’s r is the rank of each of its random bases: the smaller it is, the more bases are summed and the more scalings are learned, and the update has full rank at every r.',
  bases: 'NoLA’s k is how many random matrices it mixes to make LoRA’s two factors. Only the k numbers of the mix are trained.',
  prompts: 'How many vectors or tokens a method learns that puts prompts before what the model reads (CoOp, CoCoOp, MaPLe, PromptSRC, VPT); in files n_ctx.',
  offDiagonals: 'How many diagonals SVFT trains on either side of the main one; in files off_diag.',
  randomNetworks: 'How many random networks PRANC adds up, with one trained number for each; in files num_alpha.',
  rslora: 'Rank-stabilised LoRA: the update is divided by the square root of r instead of r, so that a large rank does not make it too small to learn.',
  budget: 'How many numbers a method may train, those of a new head not counted. Methods are compared at about the same count, so that none wins by being larger. Until you set one it follows the model (a nineteenth of its weights, rounded). A method that would take more work there than Advanced allows gets its largest setting within that, which depends on the batch.',
  adapterParameters: 'Adapter parameters are the numbers that the method trains, all weights where it is full fine-tuning. A head is not counted, neither the model’s own nor a new one: it is the same for every method. Budgets and papers count this.',
  trainable: 'All numbers that training changes: the adapter parameters, which budgets count, and those of a new head where there is one. PEFT’s print_trainable_parameters counts the same. Everything else is frozen.',
  get shots() { return inMedium`Training pictures of each class. “4 shots” is four pictures a class.`; },
  get seed() { return inMedium`A number that fixes everything random in a run: initial values, the order of the pictures, how they are augmented. Runs that differ only in the seed show how much of a difference is chance.`; },
  get interval() { return inMedium`Of a mean: where it would lie with many more seeds on these test pictures, nineteen times out of twenty (Student’s t); one or two seeds have none, and seeds that happen to agree have ± 0.0. Of a single run: what it would get right of all pictures like the test pictures (Wilson). Which settings differ is decided by neither, but by their differences in pairs of seeds and pictures: overlapping intervals do not prove that there is no difference.`; },
  front: 'The runs that no other run beats on both counts: lower cost, and at least the same accuracy. For every run off the front, there is one on it that costs no more and is at least as accurate.',
  smoothing: 'Each point is an average of the steps before it that forgets the older ones. The accuracy is never smoothed.',
  get validation() { return inMedium`Pictures held back from training to follow the run and to choose its best weights. The test pictures are used once, at the end.`; },
  get balancedAccuracy() { return inMedium`The mean over the classes of the share of each that is right: all classes count the same, however many pictures they have.`; },
  get macroF1() { return inMedium`The mean of F1 over the classes. F1 is high where most of a class is found and most predictions of it are right; it is 0 where none are. A class without pictures counts where it was predicted.`; },
  get cka() { return inMedium`Centred kernel alignment: how alike two models arrange the same pictures in a layer, from 0 (not at all) to 1 (the same but for rotation and size).`; },
  drift: 'How far fine-tuning moved a layer’s features away from those of the pretrained model: 1 − CKA.',
  spectrum: 'The singular values of an update, largest first: how strongly it acts in each independent direction. Where they end, the update has no more directions.',
  get zeroShot() { return inMedium`The model as it was downloaded, without any training: it picks the class whose text is most like the picture.`; },
  barrier: 'How far the loss rises above the straight line between two models when one is changed into the other. No barrier: they lie in the same valley.',
  offBudget: '× 2 means twice the budget, and ≠ that a method has next to nothing of what it counts. Findings leave out adapters that miss the budget. Full fine-tuning, the linear probe and others whose size no budget changes are compared at their own size, which is said.',
  work: 'Multiply-adds of a training step, in % of those of full fine-tuning. They are counted, not timed: a device may need more time for the same work with one method than with another.',
  runTime: 'Of the whole run, evaluations included. Measured where one with the same settings has come to its end on this device; else estimated, from the time of runs like it, or of a step that was tried here.',
  randomBases: 'Matrices drawn at random once, from a seed, and never trained. RandLoRA’s and VeRA’s files hold them beside what was trained, as PEFT’s do by default, since another device may draw others from the same seed.',
} as const;

export type TermName = keyof typeof terms;
