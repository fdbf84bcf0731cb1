/** Where a picture is in the viewer. Pure arithmetic; the view's origin is its center. */
export interface Zoom {
  /** View pixels per picture pixel. */
  readonly scale: number;
  /** The picture's center, from the view's center, in view pixels. */
  readonly x: number;
  readonly y: number;
}
export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The scale that shows the whole picture. Small pictures grow to twice their size at most. */
export function fitScale(view: Size, picture: Size): number {
  if (picture.width <= 0 || picture.height <= 0 || view.width <= 0 || view.height <= 0) return 1;
  return Math.min(view.width / picture.width, view.height / picture.height, 2);
}

export function fitted(view: Size, picture: Size): Zoom {
  return { scale: fitScale(view, picture), x: 0, y: 0 };
}

/** From the whole picture to eight times its pixels. */
export function zoomLimits(view: Size, picture: Size): { readonly min: number; readonly max: number } {
  const min = fitScale(view, picture);
  return { min, max: Math.max(8, min * 4) };
}

/** Keeps the picture's edges outside the view where it is larger than the view, and centered where it is not. */
export function clampPan(zoom: Zoom, view: Size, picture: Size): Zoom {
  const reach = (shown: number, space: number): number => Math.max(0, (shown - space) / 2);
  const x = reach(picture.width * zoom.scale, view.width);
  const y = reach(picture.height * zoom.scale, view.height);
  return {
    scale: zoom.scale,
    x: Math.min(x, Math.max(-x, zoom.x)) + 0,
    y: Math.min(y, Math.max(-y, zoom.y)) + 0,
  };
}

/** Zooms to `scale` so that what lies under `point` (from the view's center) stays under it. */
export function zoomTo(zoom: Zoom, scale: number, point: Point, view: Size, picture: Size): Zoom {
  const { min, max } = zoomLimits(view, picture);
  const next = Math.min(max, Math.max(min, scale));
  const ratio = next / zoom.scale;
  return clampPan(
    { scale: next, x: point.x - (point.x - zoom.x) * ratio, y: point.y - (point.y - zoom.y) * ratio },
    view,
    picture,
  );
}

export function panBy(zoom: Zoom, dx: number, dy: number, view: Size, picture: Size): Zoom {
  return clampPan({ scale: zoom.scale, x: zoom.x + dx, y: zoom.y + dy }, view, picture);
}

/** What a double click does: one picture pixel a view pixel (or twice the fit where that is no change), and back. */
export function toggleZoom(zoom: Zoom, point: Point, view: Size, picture: Size): Zoom {
  const whole = fitScale(view, picture);
  if (zoom.scale > whole * 1.01) return fitted(view, picture);
  return zoomTo(zoom, whole < 0.8 ? 1 : whole * 2.5, point, view, picture);
}

/** The factor of one wheel event; lines and pages are turned into pixels. */
export function wheelFactor(event: {
  readonly deltaY: number;
  readonly deltaMode: number;
  readonly ctrlKey: boolean;
}): number {
  const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
  // A pinch on a touchpad arrives as a wheel with ctrl and small deltas.
  const factor = Math.exp(-pixels * (event.ctrlKey ? 0.01 : 0.002));
  return Math.min(2, Math.max(0.5, factor));
}
