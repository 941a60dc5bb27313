/** Anchor that GitHub makes of a heading, so that links to a part hold there and here. */
export const anchorOf = (heading: string): string => heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
