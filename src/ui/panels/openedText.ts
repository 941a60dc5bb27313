import type { TryImages } from '../../train/protocol';
import { t } from '../strings';

/** What is open to be tried: how many, and of how many where they were drawn. */
export const openedText = ({ title, names, of }: TryImages): string => (of === undefined ? t.tryout.chosen(title, names.length) : t.tryout.drawn(title, names.length, of));
