import { create } from 'zustand';
import type { BudgetRow, DataInfo, DeviceReport, ModelInfo, Plan, Sample } from '../../../train/protocol';
import type { FolderFiles } from '../../kit/files';
import type { Match } from '../settings/settings';

export type { Sample };
export type Planned = { plan: Plan } | { error: string };
export interface Importing {
  kind: 'model' | 'data';
  name: string;
  files: number;
}

/** Files that were given as one thing and are another. */
export interface Misplaced {
  kind: 'runs' | 'adapter' | 'model';
  as: 'data' | 'model';
  folder: FolderFiles;
}

/** Everything the worker has reported: device, models, data sets, budgets and plans. */
export interface Catalog {
  device: DeviceReport | null;
  models: ModelInfo[];
  datasets: DataInfo[];
  samples: Record<string, Sample[]>;
  /** Value that each method reaches at the budget, or why it does not. */
  rows: BudgetRow[];
  /** In what the rows are equal, and the amount, in parameters, MiB or percent. */
  matched: { by: Match; amount: number };
  rowsError: string;
  /** Memory and parameters of each selected method with the settings as they are. */
  plans: Record<string, Planned>;
  /** Rows and plans are of other settings, or of a device that is not known yet: they will be others. */
  planning: boolean;
  /** Reason why models and data could not be opened at all. */
  failure: string;
  importing: Importing | null;
  importError: { kind: 'model' | 'data'; name: string; message: string } | null;
  misplaced: Misplaced | null;
  /** The name of what was dropped and is nothing that the page opens; empty where all is well. */
  unopened: string;
  /** The set that was chosen when somebody asked to bring data of their own: as long as it is chosen, the ways in stand in its place. Empty is none. */
  asks: string;
  storage: 'kept' | 'filled' | 'unavailable' | 'cleared';
}

export const useCatalog = create<Catalog>()(() => ({
  device: null,
  models: [],
  datasets: [],
  samples: {},
  rows: [],
  matched: { by: 'parameters', amount: 0 },
  rowsError: '',
  plans: {},
  planning: true,
  failure: '',
  importing: null,
  importError: null,
  misplaced: null,
  unopened: '',
  asks: '',
  storage: 'kept',
}));

export const modelById = (catalog: Pick<Catalog, 'models'>, id: string): ModelInfo | undefined => catalog.models.find((model) => model.id === id);
/** The list with this model in it once, as it is now. */
export const withModel = (models: ModelInfo[], model: ModelInfo): ModelInfo[] => [...models.filter(({ id }) => id !== model.id), model];
/** The list with this set in it once, as it is now. */
export const withData = (datasets: DataInfo[], data: DataInfo): DataInfo[] => [...datasets.filter(({ id }) => id !== data.id), data];
/** The list with those of the others that it lacks; what it has stays as it is. */
export const withMissing = <T extends { id: string }>(list: T[], others: T[]): T[] => [...list, ...others.filter(({ id }) => !list.some((one) => one.id === id))];
export const dataById = (catalog: Pick<Catalog, 'datasets'>, id: string): DataInfo | undefined => catalog.datasets.find((data) => data.id === id);

/** Puts a data set's new state in the place of the old one. */
export const putData = (info: DataInfo): void => useCatalog.setState(({ datasets }) => ({ datasets: datasets.map((one) => (one.id === info.id ? info : one)) }));

/** True for pictures that do not come with the page. */
export const areOwn = (data: DataInfo | undefined): boolean => data !== undefined && !data.builtin && !data.texts;
