/** The piece of the picture that is in the window, in the picture's own units. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  /** Pixels of the window per unit of the picture. */
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const margin = 20;
const smallestScale = 0.15;
const largestScale = 4;
/** A picture that fits at this scale is shown whole at first. */
const acceptableScale = 0.58;
/** Else it opens at this one, at which its labels are easy to read. */
const legibleScale = 0.72;

/** The whole picture, centred, not larger than drawn and a little. */
export function fitted(picture: Size, window: Size): Camera {
  const room = { width: Math.max(window.width - margin * 2, 1), height: Math.max(window.height - margin * 2, 1) };
  const scale = clampScale(Math.min(room.width / picture.width, room.height / picture.height, 1.35));
  return centred(picture, window, scale);
}

/** As fitted, unless that is too small to read: then larger, at the picture's beginning. */
export function opened(picture: Size, window: Size): Camera {
  const whole = fitted(picture, window);
  if (whole.scale >= acceptableScale) return whole;
  const camera = centred(picture, window, legibleScale);
  const wide = picture.width * legibleScale > window.width - margin * 2;
  const tall = picture.height * legibleScale > window.height - margin * 2;
  return { ...camera, x: wide ? -margin / legibleScale : camera.x, y: tall ? -margin / legibleScale : camera.y };
}

function centred(picture: Size, window: Size, scale: number): Camera {
  return { x: (picture.width - window.width / scale) / 2, y: (picture.height - window.height / scale) / 2, scale };
}

/** Nearer or farther by `factor`, keeping still what is under the point `at` of the window. */
export function zoomed(camera: Camera, factor: number, at: { x: number; y: number }): Camera {
  const scale = clampScale(camera.scale * factor);
  return { x: camera.x + at.x / camera.scale - at.x / scale, y: camera.y + at.y / camera.scale - at.y / scale, scale };
}

/** Moved by pixels of the window, but never so far that the picture is lost. */
export function panned(camera: Camera, dx: number, dy: number, picture: Size, window: Size): Camera {
  const seen = { width: window.width / camera.scale, height: window.height / camera.scale };
  return {
    x: clamp(camera.x + dx / camera.scale, -seen.width * 0.7, picture.width - seen.width * 0.3),
    y: clamp(camera.y + dy / camera.scale, -seen.height * 0.7, picture.height - seen.height * 0.3),
    scale: camera.scale,
  };
}

/** Moved as little as brings a box of the picture into the window. */
export function showing(camera: Camera, box: { x: number; y: number; width: number; height: number }, window: Size): Camera {
  const edge = margin / camera.scale;
  const seen = { width: window.width / camera.scale, height: window.height / camera.scale };
  const along = (start: number, from: number, length: number, room: number) => {
    if (from - edge < start) return from - edge;
    if (from + length + edge > start + room) return Math.min(from + length + edge - room, from - edge);
    return start;
  };
  return {
    x: along(camera.x, box.x, box.width, seen.width),
    y: along(camera.y, box.y, box.height, seen.height),
    scale: camera.scale,
  };
}

function clampScale(scale: number): number {
  return clamp(scale, smallestScale, largestScale);
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}
