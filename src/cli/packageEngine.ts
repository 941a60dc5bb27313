// The package `fullrank/engine` in Node.
import './inNode';

export * from '../api/engine';
