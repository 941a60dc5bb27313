import { defined } from '../../numbers/defined';
import { experimentNames } from '../../records/experimentNames';
import { experimentOf, hashOf, type Experiment } from '../../records/study';
import type { Study } from '../studyFolder';
import type { Shared } from './room';

/** An experiment of the study, and the same as a class shares it. */
interface Place {
  experiment: Experiment;
  shared: Shared & { cell: string };
}

/** Experiments of a study as a class shares them, and further seeds of them. */
export class SharedExperiments {
  readonly all: Place[] = [];
  /** Places by the names that experiments have in the class. */
  readonly places = new Map<string, number>();

  constructor(private readonly study: Study) {
    const names = experimentNames(study.experiments);
    for (const [i, experiment] of study.experiments.entries()) this.add(experiment, defined(names[i]));
  }

  /** Experiments that the study has, which stand first. */
  get grid(): number {
    return this.study.experiments.length;
  }

  at(place: number): Place {
    return defined(this.all[place]);
  }

  hasCell(cell: string): boolean {
    return this.all.some(({ shared }) => shared.cell === cell);
  }

  /** Adds the next seed of a cell. */
  further(cell: string): Shared {
    const of = this.all.filter(({ shared }) => shared.cell === cell);
    const { spec } = defined(of[0]).experiment;
    const seed = 1 + Math.max(...of.map(({ experiment }) => experiment.spec.train.seed));
    const { model_hash: model, data_hash: data } = this.study.json as Record<'model_hash' | 'data_hash', string>;
    const experiment = experimentOf({ ...spec, train: { ...spec.train, seed }, name: spec.name.replace(/seed\d+$/, `seed${seed}`), content: { model, data } });
    const name = defined(experimentNames([experiment])[0]);
    return this.add(experiment, this.places.has(name) ? `${name}, ${experiment.spec.name}` : name);
  }

  private add(experiment: Experiment, name: string): Place['shared'] {
    const { spec } = experiment;
    const shared = { name, cell: hashOf({ ...spec, train: { ...spec.train, seed: 0 } }), spec: { ...spec, name } };
    this.places.set(name, this.all.length);
    this.all.push({ experiment, shared });
    return shared;
  }
}
