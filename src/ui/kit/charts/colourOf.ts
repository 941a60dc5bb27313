import { several } from '../../../numbers/defined';

/** A colour of the page's style sheets as it is on this element now: red, green and blue from 0 to 255. */
export function colourOf(element: HTMLElement, variable: string): [red: number, green: number, blue: number] {
  const probe = document.createElement('span');
  probe.style.color = `var(${variable})`;
  element.append(probe);
  const text = getComputedStyle(probe).color;
  probe.remove();
  const context = new OffscreenCanvas(1, 1).getContext('2d')!;
  context.fillStyle = text;
  context.fillRect(0, 0, 1, 1);
  return several(context.getImageData(0, 0, 1, 1).data, 3);
}
