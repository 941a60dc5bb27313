/**
 * The package `fullrank/player`: a model of images, and PEFT's adapters beside it that are switched, blended and mixed in a batch. It
 * has no training code, and fetches a method with the first adapter of it.
 */
export { BASE_NAME, openPlayer, type AdapterFacts, type Classification, type Picture, type Player, type PlayerOptions } from './player';
export type { RgbImage } from '../data/source';
export type { Device } from '../engine/device';
export { memoryTree, type FileTree } from '../io/fileTree';
export { FullrankError } from '../errors/errors';
export { PlayerError } from './errors';
