import { english, type Said, type SaidValue } from '../../said/said';

/** A sentence of an error, or a value in one. */
export const tell = (what: SaidValue): string => english(what);

/** A sentence that is there by key, or as an older version kept it: in English. */
export const told = (said: Said | undefined, text: string): string => (said ? tell(said) : text);
