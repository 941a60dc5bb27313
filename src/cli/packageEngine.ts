// The package `fullrank/engine` in Node (packageIndex.ts).
import './inNode';

export * from '../api/engine';
