import type { SavedFile } from '../adapters/files';
import type { AdapterGeneration } from '../train/adapterGeneration';
import { importAdapter } from '../train/importAdapter';
import { Job } from '../train/job';
import { comparisonCsv, type Column } from '../train/predictionsCsv';
import type { AdapterInfo, ChosenFile, Frame, GenerateSettings, RunSpec, TryEvent, TrySpec } from '../train/protocol';
import type { TryWorker } from './protocol';
import { TOP_K, Tryout, type TryoutHost } from '../train/tryout';
import type { Devices } from './devices';
import type { Library } from './library';

/** Tries adapters on pictures and texts. */
export class Trying implements TryWorker {
  private readonly going = new Job('A text is being gone on with already; wait until that has ended, or stop it.');
  private readonly tryout: Tryout;
  /** Fetched with the first text that is gone on with. */
  private generation: Promise<AdapterGeneration> | null = null;

  constructor(
    private readonly devices: Devices,
    private readonly library: Library,
    private readonly host: TryoutHost,
  ) {
    this.tryout = new Tryout(host);
  }

  async importAdapter(model: string, name: string, files: ChosenFile[]): Promise<{ info: AdapterInfo; files: SavedFile[] }> {
    return importAdapter(await this.library.model(model), name, files);
  }

  tryImages(from: Parameters<TryWorker['tryImages']>[0]): ReturnType<TryWorker['tryImages']> {
    return this.tryout.open(from);
  }

  tryPictures(indices: number[]): ReturnType<TryWorker['tryPictures']> {
    return this.tryout.pictures(indices);
  }

  async tryAdapters(adapters: TrySpec[], files: (key: string) => Promise<SavedFile[]>, onEvent: (event: TryEvent) => void): ReturnType<TryWorker['tryAdapters']> {
    this.devices.needIdle('A run is going on; classify pictures when it has ended, or stop it first.');
    await this.silent();
    return this.tryout.run(adapters, files, onEvent);
  }

  async tryLook(adapters: TrySpec[], files: (key: string) => Promise<SavedFile[]>, picture: number | Frame, rollout: boolean, onEvent: (event: TryEvent) => void): ReturnType<TryWorker['tryLook']> {
    this.devices.needIdle('A run is going on; look at pictures when it has ended, or stop it first.');
    await this.silent();
    return this.tryout.look(adapters, files, picture, rollout, onEvent);
  }

  async tryGenerate(adapters: RunSpec[], files: (key: string) => Promise<SavedFile[]>, prompt: string, how: GenerateSettings, onText: (key: string, text: string) => void): ReturnType<TryWorker['tryGenerate']> {
    this.devices.needIdle('A run is going on; go on with texts when it has ended, or stop it first.');
    // What is waited for can be stopped too.
    return this.going.run(async (signal) => {
      await this.tryout.free();
      this.generation ??= import('../train/adapterGeneration').then(({ AdapterGeneration }) => new AdapterGeneration(this.host));
      return (await this.generation).run(adapters, files, { prompt, how }, { onText, signal });
    });
  }

  /** Gives back the memory of the model that goes on with texts, once it is silent. */
  private async silent(): Promise<void> {
    await this.going.ended;
    (await this.generation?.catch(() => null))?.free();
  }

  cancelTry(): void {
    this.going.cancel();
    this.tryout.cancel();
  }

  forgetAdapter(key: string): Promise<void> {
    return this.tryout.forget(key);
  }

  /** Takes off the GPU what was classified with, which nothing else needs. */
  free(): Promise<void> {
    return this.tryout.free();
  }

  /** Ends what goes on and gives all memory back. What was classified by then is kept. */
  async giveWay(): Promise<void> {
    this.cancelTry();
    await this.silent();
    await this.free();
  }

  async predictionsCsv(columns: Column[], of?: 'file_name' | 'text'): Promise<string> {
    return comparisonCsv(columns, TOP_K, of);
  }
}
