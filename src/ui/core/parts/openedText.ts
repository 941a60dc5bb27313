import type { TryImages } from '../../../train/protocol';
import { tryoutWords } from '../words/tryout';

/** Tells what is open to be tried: how many, and of how many if they were drawn. */
export const openedText = ({ title, names, of }: TryImages): string => (of === undefined ? tryoutWords.chosen(title, names.length) : tryoutWords.drawn(title, names.length, of));
