import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readProject, type ProjectFile } from '../io/project/read';

/**
 * Files written by the page of commit 6228d8a, kept as it left them: `settings.json` out of the browser's storage, with the address in
 * `link.txt`; `project.fullrank`, with twelve pictures of 8 x 8, one of them left out, a run of LoRA that is done, one that was
 * interrupted and one whose device was lost, both with a checkpoint of step 3; and `runs.json`, the same runs when the
 * interrupted one had gone on to its end. None of them is ever rewritten: a newer page opens them, or breaks its promise.
 */
export const olderPath = (name: 'settings.json' | 'link.txt' | 'project.fullrank' | 'runs.json'): string => join(import.meta.dirname, 'older', name);

export const olderText = (name: 'settings.json' | 'link.txt'): string => readFileSync(olderPath(name), 'utf8');

export const olderProject = (): Promise<ProjectFile> => readProject(new Blob([readFileSync(olderPath('project.fullrank'))]));
