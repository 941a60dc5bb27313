/** First message of a worker: its script is loaded and it answers. */
export const READY = 'there';
