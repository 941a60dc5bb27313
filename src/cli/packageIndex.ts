// The package `fullrank` in Node.
import './inNode';

export * from '../api';
