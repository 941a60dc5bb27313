import type { ReactNode } from 'react';
import type { Scale } from '../../../figures/scale';
import type { PrintFacts } from '../print/request';
import type { Series } from './series';

export interface PlotProps {
  title: string;
  caption?: ReactNode;
  /** One sentence of what is to be seen, for people who do not see it. */
  summary: string;
  xLabel: string;
  yLabel: string;
  sx: Scale;
  sy: Scale;
  series: Series[];
  /** Words of a place, as "step 240". */
  formatX: (value: number) => string;
  tickX: (value: number) => string;
  formatY: (value: number) => string;
  formatTick?: (value: number) => string;
  /** Of the columns of its file, with their units, where the axes say something else: that they are logarithmic, or times in words. */
  heads?: { x?: string; y?: string };
  /** Values are from 0 to 1 and read in percent. */
  share?: boolean;
  /** Ticks are places with names, each of which is written: in further rows where one has no room for all. */
  places?: boolean;
  /** Room for names at the right, in em. */
  gutter?: number;
  /** A vertical line with a word: where the running run is. */
  now?: { x: number; text: string };
  /** Shown instead of lines while there are none. */
  empty?: ReactNode;
  /** Its subject, which the page around it names: shown in its picture alone. */
  of?: ReactNode;
  /** Controls under the title. */
  tools?: ReactNode;
  /** What is said of it in a paper. */
  facts?: () => PrintFacts;
}
