/** The studio's worker as the page has it: an interface for each thing that it does. What crosses is plain data (train/protocol.ts, analysis/analysis.meta.ts). */
import type { MethodShapes } from '../adapters/shapes.meta';
import type { AnalysisWorker } from '../analysis/analysis.meta';
import type { StepAsked, StepLook } from '../train/stepLook.meta';
import type { AdapterInfo, BudgetRow, ChosenFile, ClassPictures, DataInfo, DeviceChoice, DeviceReport, Edits, Evaluation, ExportEvent, ExportSpec, Exported, Frame, GenerateSettings, GeneratedText, Health, HubCache, HubEvent, HubOptions, HubTarget, ImportKind, KeptImports, KeptItem, LabelOrder, Medium, MethodConfig, ModelInfo, Picture, Plan, Prediction, ProjectContents, PushSpec, Pushed, RateTrial, ReadTexts, ResidentMemory, RunEvent, RunRecord, RunSpec, RunsFormat, Sample, SelfTest, StagedProject, TextLengths, TrainConfig, Trial, TryEvent, TryImages, TryLook, TryResult, TrySource, TrySpec, Tuning, ZeroShotSpec } from '../train/protocol';

/** The device that computes. */
export interface DeviceWorker {
  device(): Promise<DeviceReport>;
  /** Takes another device from the next call of `device` on; `tried`: what an earlier trial said. Refused while a run goes on. */
  useDevice(choice: DeviceChoice, tried?: Trial): Promise<void>;
  /** Tries what graphics drivers get silently wrong. Refused while a run goes on; a run that is started meanwhile waits. */
  selfTest(onProgress: (done: number, total: number) => void): Promise<SelfTest>;
  /** Takes the tiles that an earlier test chose on this device. */
  adoptTuning(tuning: Tuning): Promise<void>;
}

/** Models and data sets that are open, from folders, from a hub, or kept by the browser. */
export interface LibraryWorker {
  /** Bundled and open ones: all that look at pictures, or all that read texts. */
  models(medium: Medium): Promise<ModelInfo[]>;
  datasets(medium: Medium): Promise<DataInfo[]>;
  /** Registers a Hugging Face folder chosen by the person; kept for the session and returned with its id. */
  importModel(name: string, files: { path: string; file: File }[]): Promise<ModelInfo>;
  /**
   * Registers files chosen by the person: whatever `openDataset` knows. A few images are decoded, so that a set of which
   * none can be read is refused; `checkData` looks at all.
   */
  importData(name: string, files: { path: string; file: File }[]): Promise<DataInfo>;
  /**
   * Loads a model from a hub by its id (`owner/name`) into the browser's storage and registers it. Ids are also opened
   * from the cache alone, where they lie after the first load, wherever a model is asked for.
   */
  importHubModel(id: string, options: HubOptions, onEvent: (event: HubEvent) => void): Promise<ModelInfo>;
  /** The same for a data set. */
  importHubData(id: string, options: HubOptions, onEvent: (event: HubEvent) => void): Promise<DataInfo>;
  /** Opens a model that an earlier load left in the cache, or that was kept, by the id it had then, without the network. */
  openCachedModel(id: string): Promise<ModelInfo>;
  /** The same for a data set. */
  openCachedData(id: string): Promise<DataInfo>;
  /** Keeps a copy of what was imported under this id, so that it opens under the same id after a reload. */
  keepImport(kind: ImportKind, id: string, onBytes: (done: number, total: number) => void): Promise<KeptItem>;
  /** Ends it; its promise rejects and nothing is kept. */
  cancelKeep(kind: ImportKind, id: string): void;
  keptImports(): Promise<KeptImports>;
  /** Deletes the copy, closes what was open from it, and returns what is left. */
  deleteKept(kind: ImportKind, id: string): Promise<KeptImports>;
  /** Ends loads of this id at once; their promises reject. What is there is kept, and a later load goes on from it. */
  cancelHub(id: string): void;
  /** Contents of the cache, with sizes, and how full the browser's storage is. */
  hubCache(): Promise<HubCache>;
  /** Deletes one repository (`CachedRepo.key`) from the cache, ends a download of it, and returns what is left. */
  deleteHubRepo(key: string): Promise<HubCache>;
}

/** Projects: what is kept of them, and their files. */
export interface ProjectWorker {
  /** Says which project is open: imports are kept for it. The first call of a page. */
  useProject(project: string): void;
  /** Writes a project to the chosen file, or returns it. `record(i)` gives the ith record, nothing when it has gone. */
  saveProject(contents: ProjectContents, to: FileSystemFileHandle | null, record: (i: number) => Promise<unknown>, onBytes: (done: number) => void): Promise<Blob | null>;
  /**
   * Reads a project file and lays it down under a new name beside the present one, which stays as it is: `record` takes
   * each record of the database, and refuses it by throwing.
   */
  stageProject(file: Blob, project: string, record: (store: string, key: string, value: unknown) => Promise<void>, onBytes: (done: number, total: number) => void): Promise<StagedProject>;
  /** Puts a project's file into a repository of the hub, made where it is not there, with a small card. */
  pushProject(contents: ProjectContents, record: (i: number) => Promise<unknown>, to: HubTarget, onBytes: (done: number, total: number) => void): Promise<Pushed>;
  /** Ends a save, a push or a reading; its promise rejects. */
  cancelProject(): void;
  /** Deletes the imports of all projects but these. */
  sweepProjects(projects: string[]): Promise<void>;
}

/** Looking into data sets, and changing them. */
export interface DataWorker {
  /** Decodes and compares all images of a set; the ones that cannot be read are left out from then on. */
  checkData(id: string, onProgress: (done: number, total: number) => void): Promise<{ info: DataInfo; health: Health }>;
  /** Ends the check of this set; its promise rejects. */
  cancelCheck(id: string): void;
  /** The set as it is with these edits, which `samples` follows too. Runs and plans take theirs from their spec. */
  editData(id: string, edits: Edits): Promise<DataInfo>;
  /** `perClass` samples of each class, images as small RGBA ready for a canvas; `label` indexes `all_classes`. */
  samples(data: string, perClass: number): Promise<Sample[]>;
  /** The images of a class (an index of `all_classes`) with the labels as edited, those that are left out as well. */
  classPictures(data: string, label: number): Promise<ClassPictures>;
  /** Samples by name; `label` is the set's own. Names that are not there, or cannot be read, are null. */
  pictures(data: string, names: string[]): Promise<(Sample | null)[]>;
  /** Lengths of the texts of a set for a model, and how they become tokens. */
  lengths(of: ReadTexts & Pick<RunSpec, 'model'>): Promise<TextLengths>;
}

/** Cost of runs, before they start. */
export interface PlanWorker {
  plan(spec: RunSpec): Promise<Plan>;
  /** Shapes of what the method of such a run trains and keeps fixed, which make up the plan's count of parameters. */
  shapes(spec: RunSpec): Promise<MethodShapes>;
  /**
   * Compiles what these runs will need, in their order, and then says how many seconds a step of each takes here, while there is
   * nothing else to do: a run that is started, a device test or a later call ends it. Null of what is not known then.
   * Never fails: what is wrong with a run, the run says.
   */
  prepare(specs: RunSpec[]): Promise<(number | null)[]>;
  /**
   * Finds what each method reaches at a budget of parameters, for runs with these settings; with the contrastive loss the layers
   * of both towers count. None takes more than `maxWork` of full fine-tuning's step; 0 lifts that. All methods, or `only` these. Of a model of `texts`, steps are as long as they are.
   */
  budget(model: string, target_modules: string | string[], classes: readonly string[], parameters: number, train: TrainConfig, maxWork: number, only?: readonly string[], texts?: ReadTexts): Promise<BudgetRow[]>;
  /**
   * As `budget`, but by planned bytes or by the work of a step. An amount of 0 takes what `reference` has; it comes back with
   * the rows. A later call ends the one before, whose promise rejects.
   */
  match(model: string, target_modules: string | string[], classes: readonly string[], by: 'memory' | 'time', amount: number, reference: MethodConfig, train: TrainConfig, only?: readonly string[], texts?: ReadTexts): Promise<{ amount: number; rows: BudgetRow[] }>;
}

/** Training, one run at a time. */
export interface RunWorker {
  /** Trains; resolves when the run has ended in whatever way. Events come through `onEvent`. `looks` are those of a search for its rate that was broken off; `start` the files of the run whose weights it begins with (`init_from`). */
  run(spec: RunSpec, resume: Uint8Array | null, onEvent: (event: RunEvent) => void, looks?: readonly RateTrial[], start?: { path: string; bytes: Uint8Array }[] | null): Promise<void>;
  pause(): void;
  resume(): void;
  /** While paused: exactly one optimizer step. */
  step(): void;
  /** Times the next step of the run by kernel. The step is slower; its numbers are the same. */
  time(): void;
  stop(): void;
  /** Ends a search for a rate that goes on: the run trains at the best so far. */
  takeRate(): void;
}

/** Accuracy without training. */
export interface MeasureWorker {
  /**
   * Measures a CLIP that tells images apart by the texts of their classes, before any training: on the test images and the
   * validation images that a run with these settings would have. Refused while a run goes on; a run that is started
   * meanwhile waits.
   */
  zeroShot(spec: ZeroShotSpec, onProgress: (done: number, total: number) => void): Promise<Evaluation[]>;
  /** Measures a run's saved weights, of `step`, on its test images: for a run that was stopped before it was measured. Refused while a run goes on. */
  evaluateRun(spec: RunSpec, files: { path: string; bytes: Uint8Array }[], step: number, onProgress: (done: number, total: number) => void): Promise<Evaluation>;
  /** Ends the measurement; its promise rejects. */
  cancelZeroShot(): void;
}

/** Trained adapters leaving, as files or to a hub. */
export interface ExportWorker {
  /**
   * Makes files of a run's trained adapter, which lies in `files`, and packs them. Refused while a run or another export
   * goes on; a run that is started meanwhile waits.
   */
  exportRun(spec: RunSpec, files: { path: string; bytes: Uint8Array }[], how: ExportSpec, onEvent: (event: ExportEvent) => void): Promise<Exported>;
  /**
   * Makes the same files, but without pictures of the data, and puts them into a repository of the hub, made where it is not there,
   * with a card that says how `run` was trained and with the run itself. Refused as an export is.
   */
  pushRun(spec: RunSpec, files: { path: string; bytes: Uint8Array }[], how: PushSpec, run: RunRecord | null, to: HubTarget, onEvent: (event: ExportEvent) => void): Promise<Pushed>;
  /** Ends an export or a push: at once while it sends, else after its current stage; its promise rejects. */
  cancelExport(): void;
}

/** Adapters tried on pictures and texts. */
export interface TryWorker {
  /**
   * Reads an adapter (a folder, its files or a zip) onto a model and returns what it is, with the files to keep. What its
   * config asks for and cannot be honoured is refused by name.
   */
  importAdapter(model: string, name: string, files: ChosenFile[]): Promise<{ info: AdapterInfo; files: { path: string; bytes: Uint8Array }[] }>;
  /** Opens images or texts to try adapters on, instead of those before. */
  tryImages(from: TrySource): Promise<TryImages>;
  /** Some of those images, small. Ones that cannot be read are null. */
  tryPictures(indices: number[]): Promise<(Picture | null)[]>;
  /**
   * Classifies those images with several adapters of one model, which lies on the GPU once. An adapter goes by the spec of
   * its run, an imported one by one made for it, the model as it is by one without files; `files` is asked for its files, by the spec's id, when it is not on the
   * GPU yet. Refused while a run goes on; a run that is started meanwhile ends it as `cancelTry` does.
   */
  tryAdapters(adapters: TrySpec[], files: (key: string) => Promise<{ path: string; bytes: Uint8Array }[]>, onEvent: (event: TryEvent) => void): Promise<TryResult>;
  /**
   * Classifies one picture, by its place among those images or as it is, in one pass of its own for each adapter; with
   * `rollout` it also says where each looks. While images are classified it comes between two batches. Otherwise as `tryAdapters`.
   */
  tryLook(adapters: TrySpec[], files: (key: string) => Promise<{ path: string; bytes: Uint8Array }[]>, picture: number | Frame, rollout: boolean, onEvent: (event: TryEvent) => void): Promise<TryLook>;
  /** Ends it at the next batch; what is done by then is returned. Before the first batch its promise rejects. */
  cancelTry(): void;
  /** Goes on with a text by several adapters of one model, one after the other; `onText` hears all that each has said so far, and `unknown` are the text's words that the model's tokenizer has no tokens for. Otherwise as `tryAdapters`. */
  tryGenerate(adapters: RunSpec[], files: (key: string) => Promise<{ path: string; bytes: Uint8Array }[]>, prompt: string, how: GenerateSettings, onText: (key: string, text: string) => void): Promise<{ texts: GeneratedText[]; cancelled: boolean; memory: ResidentMemory; unknown: string[] }>;
  /** Takes an adapter off the GPU. */
  forgetAdapter(key: string): Promise<void>;
  /** Predictions as `fullrank predict` writes them. */
  predictionsCsv(columns: { name: string; predictions: Prediction[] }[], of?: 'file_name' | 'text'): Promise<string>;
}

/** One training step, looked into. */
export interface StepWorker {
  /**
   * Trains a run from its start up to a step, and says what that one is made of and which numbers flow through one of its layers.
   * Nothing of it is kept. Refused while a run goes on; a later call ends the one before, whose promise rejects.
   */
  lookIntoStep(spec: RunSpec, asked: StepAsked): Promise<StepLook>;
}

/** Unlabelled pictures beside a data set of pictures, to be labelled. Their labels are edits of the set, and those that have one are trained on. */
export interface LabelWorker {
  /** Their names, in the order in which they came, labelled or not. */
  pool(data: string): Promise<string[]>;
  /** Puts more beside them, and keeps a copy; `part` is their name together, and `unkept` says why there is no copy, empty where there is. Throws DataError where no file is a picture. */
  addToPool(data: string, files: ChosenFile[], onBytes: (done: number, total: number) => void): Promise<{ names: string[]; part: string; notes: string[]; unkept: string }>;
  /** Takes what was added together away, by the name that it got, and says what is left. */
  removeFromPool(data: string, part: string): Promise<string[]>;
  /** One of them, large enough to be looked at; null where it cannot be read. */
  poolPicture(data: string, name: string): Promise<Picture | null>;
  /**
   * Puts those that the edits of `spec` give no label, at most `most`, in the order in which its model learns most of them: with `trained`, the files of a run on these
   * classes, by its doubts and by how unlike they are to what is labelled; without, by the latter alone. Refused while a run goes on; a run that is started meanwhile ends it.
   */
  labelOrder(spec: RunSpec, trained: { path: string; bytes: Uint8Array }[] | null, most: number, onProgress: (done: number, total: number) => void): Promise<LabelOrder>;
  /** Ends it; its promise rejects. */
  cancelLabelOrder(): void;
}

/** Files of runs. */
export interface RecordsWorker {
  /** The runs in a repository of the hub: of each `run.json` and `*.runs.json`. Ended by `cancelHub`. */
  hubRuns(id: string, options: HubOptions, onEvent: (event: HubEvent) => void): Promise<RunRecord[]>;
  /** Reads a file of runs (or a run.json), of this person's or of others. Throws one sentence that names what is wrong. */
  readRuns(file: File): Promise<RunRecord[]>;
  /** Makes the file of these runs, or a zip where there are several. `atMost` is the most parameters that they were chosen by, if they were. */
  exportRuns(runs: RunRecord[], format: RunsFormat, atMost?: number): Promise<{ name: string; blob: Blob }>;
}

/** The worker's interface, called through comlink. The message of an error thrown is one sentence for people. */
export type StudioWorker = DeviceWorker & LibraryWorker & ProjectWorker & DataWorker & PlanWorker & RunWorker & MeasureWorker & ExportWorker & TryWorker & StepWorker & LabelWorker & RecordsWorker & AnalysisWorker;
