import { jsPDF } from 'jspdf';
import 'svg2pdf.js';

/** Points of an inch. */
const points = 72;

/** A picture as a page of PDF of just its size; its shapes stay shapes. */
export async function pdfOf(svg: string, title: string): Promise<Blob> {
  const root = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  const [width = 0, height = 0] = ['width', 'height'].map((name) => points * parseFloat(root.getAttribute(name) ?? '0'));
  // The words of its shapes are for readers of the SVG.
  for (const element of root.querySelectorAll('desc, title')) element.remove();
  const page = new jsPDF({ unit: 'pt', format: [width, height], orientation: width > height ? 'landscape' : 'portrait', compress: true, putOnlyUsedFonts: true });
  page.setProperties({ title, creator: 'Fullrank' });
  await page.svg(root, { x: 0, y: 0, width, height });
  return page.output('blob');
}
