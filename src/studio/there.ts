/** What a worker says first: that its script is loaded and it answers. */
export const THERE = 'there';
