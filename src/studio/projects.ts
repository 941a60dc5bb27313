import { Job } from '../train/job';
import type { HubTarget, ProjectContents, Pushed, StagedProject } from '../train/protocol';
import type { ProjectWorker } from './protocol';
import type { Imports } from './imports';
import { saveProject, stageProject } from './projectFiles';
import { seldom } from './seldom';

/** Projects: which one is open, and their files. */
export class Projects implements ProjectWorker {
  private readonly moving = new Job('A project is being saved or opened; wait until that has ended.');

  constructor(
    private readonly imports: Imports,
  ) {}

  useProject(project: string): void {
    this.imports.use(project);
  }

  saveProject(contents: ProjectContents, to: FileSystemFileHandle | null, record: (i: number) => Promise<unknown>, onBytes: (done: number) => void): Promise<Blob | null> {
    return this.moving.run((signal) => saveProject(this.imports, contents, to, record, seldom(onBytes), signal));
  }

  stageProject(file: Blob, project: string, record: (store: string, key: string, value: unknown) => Promise<void>, onBytes: (done: number, total: number) => void): Promise<StagedProject> {
    return this.moving.run((signal) => stageProject(this.imports, file, project, record, seldom(onBytes), signal));
  }

  pushProject(contents: ProjectContents, record: (i: number) => Promise<unknown>, to: HubTarget, onBytes: (done: number, total: number) => void): Promise<Pushed> {
    return this.moving.run(async (signal) => (await import('./pushProject')).pushProject(this.imports, contents, record, to, seldom(onBytes), signal));
  }

  cancelProject(): void {
    this.moving.cancel();
  }

  sweepProjects(projects: string[]): Promise<void> {
    return this.imports.sweep(projects);
  }
}
