const paths = {
  play: 'M3 1.5v11l9-5.5z',
  pause: 'M3 2h3v10H3zM8 2h3v10H8z',
  step: 'M2 2v10l7-5zM10 2h2v10h-2z',
  stop: 'M2.5 2.5h9v9h-9z',
} as const;

/** A filled icon of the run controls. Decorative: words stand beside it. */
export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg viewBox="0 0 14 14" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
