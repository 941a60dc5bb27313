import { useEffect, useEffectEvent, useRef, type RefObject } from 'react';

/** Calls once what an element needs, when it comes near what is in sight. `margin`: how near, in CSS units. */
export function useNear<T extends Element>(onNear: () => void, margin = '100px'): RefObject<T | null> {
  const place = useRef<T>(null);
  const near = useEffectEvent(onNear);
  useEffect(() => {
    if (!place.current) return;
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      seen.disconnect();
      near();
    }, { rootMargin: margin });
    seen.observe(place.current);
    return () => seen.disconnect();
  }, [margin]);
  return place;
}
