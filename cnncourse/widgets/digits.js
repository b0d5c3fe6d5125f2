// A digit on paper, as a network gets it: prepared as MNIST's were, or only made small; and moved.

export const PAPER = 280, SIDE = 28; // pixels of the paper, and of MNIST's pictures
const BOX = 20, INK = 0.4; // pixels of the ink in them; of the darkest ink: above is the digit

/** Return a canvas' grey levels row by row. */
export function greyLevels({ data }) {
  return new Uint8Array(data.length / 4).map((_, i) => data[4 * i]);
}

/** Return a digit, white on black (280 x 280), as MNIST would show it (28 x 28); null for none.
 *
 * `like_mnist` in cnncourse/digits.py does the same; a test compares them.
 */
export function likeMnist(grey) {
  const brightest = grey.reduce((most, value) => Math.max(most, value), 0);
  if (!brightest) return null;
  let [top, bottom, left, right] = [PAPER, -1, PAPER, -1];
  grey.forEach((value, i) => {
    if (value <= INK * brightest) return;
    const row = Math.floor(i / PAPER), column = i % PAPER;
    [top, bottom] = [Math.min(top, row), Math.max(bottom, row)];
    [left, right] = [Math.min(left, column), Math.max(right, column)];
  });
  const height = bottom - top + 1, width = right - left + 1;
  const cut = new Uint8Array(height * width).map((_, i) =>
    grey[(top + Math.floor(i / width)) * PAPER + left + i % width] * (255 / brightest));
  const scale = BOX / Math.max(height, width);
  const [rows, columns] = [height, width].map((side) => Math.max(1, toEven(side * scale)));
  const small = transposed(resized(transposed(resized(cut, width, columns), columns), height, rows),
    rows);
  const most = Math.max(...small);
  const digit = Array.from(small, (value) => value * (255 / most)); // thin strokes have become faint
  const total = digit.reduce((sum, value) => sum + value, 0);
  const middle = (index) => digit.reduce((sum, value, i) => sum + value * index(i), 0) / total;
  const start = (centre, size) =>
    Math.max(0, Math.min(SIDE - size, toEven(SIDE / 2 - centre)));
  const down = start(middle((i) => Math.floor(i / columns)), rows);
  const across = start(middle((i) => i % columns), columns);
  const full = new Uint8Array(SIDE * SIDE);
  digit.forEach((value, i) => {
    full[(down + Math.floor(i / columns)) * SIDE + across + i % columns] = toEven(value);
  });
  return full;
}

/** Return the paper made small, as it is: the mean of each square; null for an empty one. */
export function madeSmall(grey) {
  const size = PAPER / SIDE, sums = new Float64Array(SIDE * SIDE);
  grey.forEach((value, i) => {
    sums[Math.floor(i / PAPER / size) * SIDE + Math.floor((i % PAPER) / size)] += value;
  });
  return sums.some(Boolean) ? Uint8Array.from(sums, (sum) => toEven(sum / size ** 2)) : null;
}

/** Return a picture turned clockwise by degrees around its middle, then shifted by pixels. */
export function moveDigit(picture, [right, down], degrees) {
  const middle = (SIDE - 1) / 2, angle = degrees * Math.PI / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const value = (row, column) =>
    (row >= 0 && row < SIDE && column >= 0 && column < SIDE ? picture[row * SIDE + column] : 0);
  return new Uint8Array(SIDE * SIDE).map((_, i) => {
    const x = i % SIDE - right - middle, y = Math.floor(i / SIDE) - down - middle;
    const column = cos * x + sin * y + middle, row = cos * y - sin * x + middle;
    const [left, top] = [Math.floor(column), Math.floor(row)], [a, b] = [column - left, row - top];
    return Math.round((1 - b) * ((1 - a) * value(top, left) + a * value(top, left + 1)) +
      b * ((1 - a) * value(top + 1, left) + a * value(top + 1, left + 1)));
  });
}

/** Return rows of pixels made narrower or wider, bicubic and as smooth as Pillow makes them. */
function resized(pixels, from, to) {
  const scale = from / to, wide = Math.max(scale, 1), rows = pixels.length / from;
  const found = new Uint8ClampedArray(rows * to);
  for (let column = 0; column < to; column += 1) {
    const centre = (column + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - 2 * wide + 0.5));
    const end = Math.min(from, Math.trunc(centre + 2 * wide + 0.5));
    const weights = [];
    for (let x = first; x < end; x += 1) weights.push(cubic((x - centre + 0.5) / wide));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let row = 0; row < rows; row += 1) {
      const value = weights.reduce((sum, weight, i) =>
        sum + weight * pixels[row * from + first + i], 0);
      found[row * to + column] = value / total; // rounded and kept within 0 to 255
    }
  }
  return found;
}

function cubic(distance) {
  const x = Math.abs(distance), a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0;
}

/** Return rows as columns. */
function transposed(pixels, width) {
  const height = pixels.length / width;
  return pixels.map((_, i) => pixels[(i % height) * width + Math.floor(i / height)]);
}

/** Round as Python does, a half to the even neighbour. */
function toEven(value) {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 ? rounded - 1 : rounded;
}
