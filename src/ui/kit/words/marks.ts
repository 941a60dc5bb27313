import { byMedium, inMedium } from '../../../language/medium';

/** Legend of a comparison's marks: the words around the terms that open a definition. */
export const markWords = {
  filled: 'Filled marks and the stepped line are the', all: 'The marks and the stepped line are the', single: 'The filled mark is the', front: 'Pareto front', get hollow() { return byMedium({ pictures: ', hollow ones cost as much or more without being more accurate', numbers: ', hollow ones cost as much or more without a higher correlation' }); }, beaten: ', and for each hollow one another is as good or better in both', bars: '; bars are', barsAlone: 'Bars are', interval: '95 % intervals',
  /** Cover of the bars: those of means, of single runs, or of both kinds. */
  covers: (means: boolean, single: boolean) => (means && single ? inMedium`, of means over seeds alone, of single runs over pictures alone` : means ? ' over seeds alone' : inMedium` over pictures alone`),
  lines: 'Lines join settings of one method.', counted: 'Counts cover everything', trainable: 'trainable', head: ', including a new head', beside: 'Overlapping marks are drawn side by side.',
  off: '× after a name is its', share: 'share of the budget', pooled: 'Of several settings a mark stands at the means.', each: 'Small marks are the seeds of a mean of two, which has no interval.', pale: 'Recorded runs are smaller and paler.',
};
