// The package `fullrank` in Node, by the condition `node-addons`: bundlers for servers know `node` too, and would look for `webgpu` and `sharp`.
import './inNode';

export * from '../api';
