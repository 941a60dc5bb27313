import type { Analyses } from '../analysis/worker';
import type { AnalysisWorker } from '../analysis/analysis.meta';
import type { TryoutHost } from '../train/tryout';
import type { Devices } from './devices';
import type { Trying } from './trying';

/** Measures landscapes, and what runs did to a model. */
export class Analysing implements AnalysisWorker {
  /** Fetched with the first analysis. */
  private analyses: Promise<Analyses> | null = null;

  constructor(
    private readonly devices: Devices,
    private readonly host: TryoutHost,
    private readonly trying: Trying,
  ) {}

  async landscape(...given: Parameters<AnalysisWorker['landscape']>): ReturnType<AnalysisWorker['landscape']> {
    return (await this.analyse()).landscape(...given);
  }

  async inside(...given: Parameters<AnalysisWorker['inside']>): ReturnType<AnalysisWorker['inside']> {
    return (await this.analyse()).inside(...given);
  }

  async intruders(...given: Parameters<AnalysisWorker['intruders']>): ReturnType<AnalysisWorker['intruders']> {
    return (await this.analyse()).intruders(...given);
  }

  async along(...given: Parameters<AnalysisWorker['along']>): ReturnType<AnalysisWorker['along']> {
    return (await this.analyse()).along(...given);
  }

  cancelAnalysis(): void {
    void this.analyses?.then((analyses) => analyses.cancelAnalysis());
  }

  /** Ends what goes on; what was measured by then is kept. */
  async giveWay(): Promise<void> {
    const analyses = await this.analyses?.catch(() => null);
    analyses?.cancelAnalysis();
    await analyses?.ended;
  }

  private async analyse(): Promise<Analyses> {
    this.devices.needIdle('A run is going on; look into runs when it has ended, or stop it first.');
    this.analyses ??= import('../analysis/worker').then(({ Analyses }) => new Analyses(this.host));
    // What was classified lies in the GPU's memory and is not needed for this.
    await this.trying.free();
    return this.analyses;
  }
}
