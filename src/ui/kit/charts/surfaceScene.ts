import { AmbientLight, BufferGeometry, CanvasTexture, Color, DirectionalLight, DoubleSide, Float32BufferAttribute, Group, Line, LineBasicMaterial, LineSegments, Mesh, MeshBasicMaterial, MeshLambertMaterial, PerspectiveCamera, Plane, Scene, SphereGeometry, Sprite, SpriteMaterial, SRGBColorSpace, Vector3, WebGLRenderer, type Material } from 'three';
import { OrbitControls } from 'three/examples/jsm/controls/OrbitControls.js';
import { coordinate, CORNERS } from '../../../analysis/plane.meta';
import type { Landscape } from '../../../analysis/analysis.meta';
import { markPaths } from '../../../figures/marks';
import { methodLook } from '../../../figures/methods';
import { defined, several } from '../../../numbers/defined';
import { colourOf } from './colourOf';
import { inLight } from './inLight';
import { cut, goodness, groundOf, layoutOf, sampled, type Ground, type Range } from './plane';

/** The surface in WebGL. A file of its own, with three.js, that is fetched when the surface is asked for. */

export interface SurfaceView {
  made: Landscape;
  set: number;
  range: Range;
  stride: number;
  paths: boolean;
}

/** Places in the picture, in pixels: the runs with the radius of their marks, the upper and the lower end of the height, and the size of the picture. */
export interface Places {
  runs: { x: number; y: number; r: number }[];
  ends: { x: number; y: number }[];
  size: { width: number; height: number };
}

/** A word on the picture, by its middle; NaN where it has no room. */
export interface SurfaceLabel {
  text: string;
  x: number;
  y: number;
  /** The method whose colour it has. */
  method: string | null;
}

/** Radius of a run's mark, and how much of its picture that is. */
const MARK = 0.02;
const FILLED = 0.75;

/** A colour of the page's style sheets, as it is on this element now. */
function pageColour(element: HTMLElement, variable: string): Color {
  const [r, g, b] = colourOf(element, variable);
  return new Color().setRGB(r / 255, g / 255, b / 255, 'srgb');
}

/** Between two colours, in steps that look even. */
const mix = (a: Color, b: Color, share: number): number[] => a.toArray().map((from, i) => ((1 - share) * Math.sqrt(from) + share * Math.sqrt(defined(b.toArray()[i]))) ** 2);

/** A run's mark, as the map has it, edged like there. */
function markOf(method: string, colour: Color, edge: Color): CanvasTexture<OffscreenCanvas> {
  const canvas = new OffscreenCanvas(128, 128);
  const context = canvas.getContext('2d')!;
  context.translate(64, 64);
  // Outlines reach 6 from their middle at most.
  context.scale((FILLED * 64) / 6, (FILLED * 64) / 6);
  const outline = new Path2D(markPaths[methodLook(method).marker]);
  Object.assign(context, { lineWidth: 2, lineJoin: 'round', strokeStyle: `#${edge.getHexString()}`, fillStyle: `#${colour.getHexString()}` });
  context.stroke(outline);
  context.fill(outline);
  const texture = new CanvasTexture(canvas);
  texture.colorSpace = SRGBColorSpace;
  return texture;
}

/** Directions to look from at first: the first of these from which enough of the surface is seen. A surface that rises towards the eye would be seen on its edge. */
const homes = [[0.45, 0.8, 1.25], [-0.45, 0.8, 1.25], [0.45, 1.5, 1.25], [-0.45, 1.5, 1.25], [0.3, 2.4, 1]].map((at) => new Vector3(...at).normalize());
/** The least area that is enough, as a share of the ground's. */
const enough = 0.35;
/** Share of the picture that may be filled then. */
const filled = 0.84;
/** Initial direction from which a surface of these triangles is seen. */
export function homeOf(points: readonly Vector3[], triangles: readonly number[]): Vector3 {
  // Twice the area that looks up, to the right and to the front.
  const area = new Vector3();
  const corner = (k: number) => defined(points[defined(triangles[k])]);
  for (let k = 0; k < triangles.length; k += 3) {
    const [a, b, c] = [corner(k), corner(k + 1), corner(k + 2)];
    area.add(b.clone().sub(a).cross(c.clone().sub(a)));
  }
  return homes.find((home) => area.dot(home) >= enough * Math.abs(area.y)) ?? homes.at(-1)!;
}

/** Target and distance of a camera in the direction `home`, so that these points fill the picture and stand in its middle. */
export function fit(points: readonly Vector3[], home: Vector3, { fov, aspect }: Pick<PerspectiveCamera, 'fov' | 'aspect'>): { target: Vector3; far: number } {
  const across = new Vector3(0, 1, 0).cross(home).normalize();
  const up = home.clone().cross(across);
  const sight = 1 / Math.tan(((fov / 2) * Math.PI) / 180);
  const target = new Vector3();
  const from = () => points.map((point) => point.clone().sub(target));
  const farOf = (all: Vector3[]) => Math.max(...all.map((at) => at.dot(home) + (sight / filled) * Math.max(Math.abs(at.dot(across)) / aspect, Math.abs(at.dot(up)))));
  // What is near looks larger, so the middle of it all is found step by step.
  for (let step = 0; step < 5; step++) {
    const all = from();
    const far = farOf(all);
    for (const axis of [across, up]) {
      const places = all.map((at) => at.dot(axis) / (far - at.dot(home)));
      target.addScaledVector(axis, (far * (Math.min(...places) + Math.max(...places))) / 2);
    }
  }
  return { target, far: farOf(from()) };
}

/** Height of the surface over ground of this shape: a narrow one carries less of it. */
const heightOver = ([right, back]: Ground['ends']): number => 0.55 * Math.sqrt(Math.min(right, back) / Math.max(right, back));

export class SurfaceScene {
  private readonly renderer: WebGLRenderer;
  private readonly scene = new Scene();
  private readonly camera = new PerspectiveCamera(32, 1, 0.1, 20);
  private readonly controls: OrbitControls;
  private readonly content = new Group();
  private readonly observer: ResizeObserver;
  /** Points that the runs' labels are tied to. */
  private anchors: Vector3[] = [];
  private view: SurfaceView | null = null;
  private ends: Ground['ends'] = [0.5, 0.5];
  private home = defined(homes[0]);
  /** Points in sight at first: of the frame, the surface, the runs and their paths. */
  private shown = [new Vector3(-0.5, 0, -0.5), new Vector3(0.5, 0.5, 0.5)];
  /** True once somebody has turned it: it stays as it was turned. */
  private turned = false;

  /** Throws where the browser has no WebGL. `onPlace` gets the labels' places in pixels after each drawing. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly onPlace: (places: Places) => void,
  ) {
    this.renderer = new WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.renderer.setPixelRatio(Math.min(2, devicePixelRatio));
    this.renderer.localClippingEnabled = true;
    this.scene.add(this.content, new AmbientLight(0xffffff, 2.6));
    const light = new DirectionalLight(0xffffff, 0.9);
    light.position.set(-1, 2, 0.6);
    this.scene.add(light);
    this.controls = new OrbitControls(this.camera, canvas);
    // The wheel scrolls the page.
    Object.assign(this.controls, { enableZoom: false, enablePan: false, maxPolarAngle: Math.PI / 2.05 });
    this.controls.addEventListener('change', () => this.draw());
    this.controls.addEventListener('start', () => (this.turned = true));
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(canvas.parentElement!);
    this.reset();
  }

  /** Looks from where it began, as near as the whole of it can be seen. */
  reset(): void {
    this.turned = false;
    const { target, far } = fit(this.shown, this.home, this.camera);
    this.controls.target.copy(target);
    this.camera.position.copy(this.home).multiplyScalar(far).add(target);
    this.controls.update();
    this.draw();
  }

  /** Turns by parts of a circle. */
  turn(right: number, up: number): void {
    this.turned = true;
    const offset = this.camera.position.clone().sub(this.controls.target);
    offset.applyAxisAngle(new Vector3(0, 1, 0), -right);
    const side = new Vector3().crossVectors(new Vector3(0, 1, 0), offset).normalize();
    const tilted = offset.clone().applyAxisAngle(side, -up);
    if (tilted.y > 0.1 && tilted.y / tilted.length() < 0.99) offset.copy(tilted);
    this.camera.position.copy(this.controls.target).add(offset);
    this.controls.update();
    this.draw();
  }

  show(view: SurfaceView): void {
    this.view = view;
    this.clear();
    const { made, set, range, stride } = view;
    const { spec } = made;
    const { size, values } = sampled(made, defined(made.sets[set]), range, stride);
    const [lo, hi, iso] = several(['--heat-lo', '--heat-hi', '--iso'].map((name) => pageColour(this.canvas.parentElement!, name)), 3);
    const ground = groundOf(layoutOf(made));
    // Another plane has another shape; the same one, measured further, stays as it was turned.
    const other = ground.ends.some((end, axis) => end !== this.ends[axis]);
    this.ends = ground.ends;
    const tall = heightOver(ground.ends);
    const height = (value: number) => (tall * (cut(range, value) - range.low)) / (range.high - range.low);
    const place = (x: number, y: number, value: number) => {
      const [right, back] = ground.at(x, y);
      return new Vector3(right, height(value), -back);
    };
    const [right, back] = ground.ends;
    // Beyond the map's edges nothing is drawn.
    const clippingPlanes = [new Plane(new Vector3(1, 0, 0), right), new Plane(new Vector3(-1, 0, 0), right), new Plane(new Vector3(0, 0, 1), back), new Plane(new Vector3(0, 0, -1), back)];
    const points = values.map((value, k) => place(coordinate(spec.x, spec.grid, (k % size) * stride), coordinate(spec.y, spec.grid, Math.floor(k / size) * stride), value));
    const colours = values.flatMap((value) => mix(lo, hi, goodness(range, value)));
    const faces: number[] = [];
    const edges: number[] = [];
    for (let j = 0; j < size; j++) {
      for (let i = 0; i < size; i++) {
        const k = j * size + i;
        if (i + 1 < size) edges.push(k, k + 1);
        if (j + 1 < size) edges.push(k, k + size);
        if (i + 1 < size && j + 1 < size) faces.push(k, k + 1, k + size, k + 1, k + size + 1, k + size);
      }
    }
    const geometry = new BufferGeometry().setFromPoints(points);
    geometry.setAttribute('color', new Float32BufferAttribute(colours, 3));
    geometry.setIndex(faces);
    geometry.computeVertexNormals();
    this.content.add(new Mesh(geometry, new MeshLambertMaterial({ vertexColors: true, side: DoubleSide, clippingPlanes, polygonOffset: true, polygonOffsetFactor: 1, polygonOffsetUnits: 1 })));
    const wires = new BufferGeometry().setFromPoints(points);
    wires.setIndex(edges);
    this.content.add(new LineSegments(wires, new LineBasicMaterial({ color: iso, transparent: true, opacity: 0.22, clippingPlanes })));
    // The ground's edge, and how high one may come, where it is in front of nothing at first.
    const corner = (x: number, y: number, z: number) => new Vector3(x * right, y * tall, z * back);
    const outline = [corner(-1, 0, 1), corner(1, 0, 1), corner(1, 0, 1), corner(1, 0, -1), corner(1, 0, -1), corner(-1, 0, -1), corner(-1, 0, -1), corner(-1, 0, 1), corner(-1, 0, 1), corner(-1, 1, 1)];
    const frame = new BufferGeometry().setFromPoints(outline);
    this.content.add(new LineSegments(frame, new LineBasicMaterial({ color: pageColour(this.canvas.parentElement!, '--ink-3'), transparent: true, opacity: 0.6 })));
    const ways = made.paths.map(({ run, points }) => ({ run, along: points.map(({ x, y, measured }) => place(x, y, defined(measured[set])[range.quantity]).add(new Vector3(0, 0.008, 0))) }));
    this.mark(view, place, ways, clippingPlanes);
    const within = ({ x, z }: Vector3) => Math.abs(x) <= right && Math.abs(z) <= back;
    const whole = Array.from({ length: faces.length / 3 }, (_, k) => faces.slice(3 * k, 3 * k + 3)).filter((face) => face.every((k) => within(defined(points[k]))));
    this.home = homeOf(points, whole.length > 0 ? whole.flat() : faces);
    this.shown = [...outline, ...[...points, ...this.anchors, ...ways.flatMap(({ along }) => along)].filter(within)];
    if (other || !this.turned) this.reset();
    else this.draw();
  }

  /** Draws the runs, and how they came there. */
  private mark({ made, set, range, paths }: SurfaceView, place: (x: number, y: number, value: number) => Vector3, ways: { run: number; along: Vector3[] }[], clippingPlanes: Plane[]): void {
    const { runs } = made;
    // Whole wherever they are seen from, as the lines are, and above the wires: the surface would cut what lies on it in half.
    const ball = (at: Vector3, colour: Color, radius: number, above = 1) => {
      const mesh = new Mesh(new SphereGeometry(radius, 20, 12), new MeshBasicMaterial({ color: colour, depthTest: false, transparent: true }));
      mesh.position.copy(at);
      mesh.renderOrder = above;
      this.content.add(mesh);
    };
    const methodColour = (run: number) => this.colour('--m-', defined(runs[run]).method);
    const { corners } = defined(made.sets[set]);
    this.anchors = CORNERS.map(([x, y], k) => place(x, y, defined(corners[k])[range.quantity]));
    const paper = pageColour(this.canvas.parentElement!, '--paper');
    this.anchors.forEach((at, k) => {
      const mark = new Sprite(new SpriteMaterial({ map: markOf(defined(runs[k]).method, methodColour(k), paper), depthTest: false, transparent: true }));
      mark.position.copy(at);
      mark.scale.setScalar((2 * MARK) / FILLED);
      mark.renderOrder = 2;
      this.content.add(mark);
    });
    if (paths) {
      for (const { run, along } of ways) {
        this.content.add(new Line(new BufferGeometry().setFromPoints(along), new LineBasicMaterial({ color: methodColour(run), depthTest: false, clippingPlanes })));
        for (const at of along) ball(at, methodColour(run), 0.008);
      }
    }
  }

  /** Draws the current view as a picture, in light colours, with its words. */
  picture(labels: readonly SurfaceLabel[]): Promise<Blob> {
    const parent = this.canvas.parentElement!;
    const view = this.view!;
    const ratio = this.renderer.getPixelRatio();
    this.renderer.setPixelRatio(2);
    const copy = document.createElement('canvas');
    [copy.width, copy.height] = [this.canvas.width, this.canvas.height];
    inLight(parent, () => {
      this.show(view);
      const context = copy.getContext('2d')!;
      const scale = this.canvas.width / Math.max(1, parent.clientWidth);
      const style = getComputedStyle(parent);
      const css = (colour: Color) => `#${colour.getHexString()}`;
      context.fillStyle = css(pageColour(parent, '--paper'));
      context.fillRect(0, 0, copy.width, copy.height);
      context.drawImage(this.canvas, 0, 0);
      Object.assign(context, { textAlign: 'center', textBaseline: 'middle', lineJoin: 'round', lineWidth: 5 * scale, strokeStyle: css(pageColour(parent, '--paper')) });
      for (const { text, x, y, method } of labels.filter((label) => Number.isFinite(label.x))) {
        context.font = `${method === null ? 400 : 600} ${parseFloat(style.fontSize) * scale}px ${style.fontFamily}`;
        context.fillStyle = css(method === null ? pageColour(parent, '--ink-3') : this.colour('--mt-', method));
        context.strokeText(text, x * scale, y * scale);
        context.fillText(text, x * scale, y * scale);
      }
    });
    this.renderer.setPixelRatio(ratio);
    this.show(view);
    return new Promise((done, fail) => copy.toBlob((blob) => (blob ? done(blob) : fail(new Error('empty'))), 'image/png'));
  }

  destroy(): void {
    this.observer.disconnect();
    this.controls.dispose();
    this.clear();
    this.renderer.dispose();
  }

  private clear(): void {
    for (const child of [...this.content.children] as (Mesh | Line | Sprite)[]) {
      this.content.remove(child);
      if (child instanceof Sprite) child.material.map?.dispose();
      // All sprites have one geometry.
      else child.geometry.dispose();
      (child.material as Material).dispose();
    }
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.canvas.parentElement!;
    this.renderer.setSize(clientWidth, clientHeight, false);
    this.camera.aspect = Math.max(1, clientWidth) / Math.max(1, clientHeight);
    this.camera.updateProjectionMatrix();
    if (this.turned) this.draw();
    else this.reset();
  }

  private colour(kind: '--m-' | '--mt-', method: string): Color {
    return pageColour(this.canvas.parentElement!, `${kind}${methodLook(method).colour}`);
  }

  private places(): Places {
    const { clientWidth: width, clientHeight: height } = this.canvas.parentElement!;
    const sight = 1 / Math.tan(((this.camera.fov / 2) * Math.PI) / 180);
    const seen = (point: Vector3) => {
      const at = point.clone().project(this.camera);
      return { x: ((at.x + 1) / 2) * width, y: ((1 - at.y) / 2) * height };
    };
    const [right, back] = this.ends;
    return {
      runs: this.anchors.map((anchor) => ({ ...seen(anchor), r: (MARK * sight * height) / 2 / this.camera.position.distanceTo(anchor) })),
      ends: [heightOver(this.ends), 0].map((y) => seen(new Vector3(-right, y, back))),
      size: { width, height },
    };
  }

  private draw(): void {
    this.renderer.render(this.scene, this.camera);
    this.onPlace(this.places());
  }
}
