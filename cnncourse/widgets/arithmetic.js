// What a convolution, ReLU and pooling compute, and the pictures and kernels to try.

export const KERNELS = {
  "vertical edges": [["-1", "0", "1"], ["-1", "0", "1"], ["-1", "0", "1"]],
  "horizontal edges": [["-1", "-1", "-1"], ["0", "0", "0"], ["1", "1", "1"]],
  "all edges": [["-1", "-1", "-1"], ["-1", "8", "-1"], ["-1", "-1", "-1"]],
  blur: [["1/9", "1/9", "1/9"], ["1/9", "1/9", "1/9"], ["1/9", "1/9", "1/9"]],
  sharpen: [["0", "-1", "0"], ["-1", "5", "-1"], ["0", "-1", "0"]],
  identity: [["0", "0", "0"], ["0", "1", "0"], ["0", "0", "0"]],
};

const drawing = (rows) => rows.map((row) => [...row].map((sign) => (sign === "#" ? 10 : 0)));
export const PICTURES = {
  "an edge": drawing(Array(7).fill("...####")),
  "a seven": drawing([".......", ".#####.", ".....#.", "....#..", "...#...", "...#...", "......."]),
  "one bright pixel": drawing([..."0001000"].map((one) => (one === "1" ? "...#..." : "......."))),
  "an even grey": Array.from({ length: 7 }, () => Array(7).fill(6)),
  "a slope": Array.from({ length: 7 }, () => [0, 1, 2, 3, 4, 5, 6]),
};

// Lists of rows; a number that is not computed yet is null.

export function zerosAround(size, side, stride, padding) {
  if (padding === "valid") return [0, 0];
  const count = Math.max((Math.ceil(size / stride) - 1) * stride + side - size, 0);
  return [Math.floor(count / 2), Math.ceil(count / 2)];
}

export function convolve(picture, kernel, stride, padding) {
  const positions = (size, side) => {
    const [before, after] = zerosAround(size, side, stride, padding);
    const count = Math.floor((size + before + after - side) / stride) + 1;
    return Array.from({ length: count }, (_, place) => place * stride - before);
  };
  const tops = positions(picture.length, kernel.length);
  const lefts = positions(picture[0].length, kernel[0].length);
  return tops.map((top) => lefts.map((left) =>
    total(products(picture, kernel, top, left).map((pair) => pair.product))));
}

export const relu = (values) =>
  values.map((row) => row.map((value) => (value === null ? null : Math.max(value, 0))));

export function maxPool(values, size = 2) {
  const squares = (length) => Array.from({ length: Math.floor(length / size) }, (_, i) => i * size);
  return squares(values.length).map((top) => squares(values[0].length).map((left) => {
    const square = values.slice(top, top + size).flatMap((row) => row.slice(left, left + size));
    return square.includes(null) ? null : Math.max(...square);
  }));
}

export function products(picture, kernel, top, left) {
  return kernel.flatMap((weights, i) => weights.map((weight, j) => {
    const pixel = picture[top + i]?.[left + j] ?? 0; // outside lie the zeros of the padding
    return { pixel, weight, product: pixel * weight };
  }));
}

const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);

export function parse(text) {
  const parts = text.trim().replace("−", "-").replace(",", ".").split("/");
  const numbers = parts.map((part) => (part.trim() ? Number(part) : NaN));
  const value = numbers.length > 1 ? numbers[0] / numbers[1] : numbers[0];
  return numbers.length < 3 && Number.isFinite(value) ? value : null;
}

export function written(value, digits = 2) {
  const text = String(Number(value.toFixed(digits)));
  return (text === "-0" ? "0" : text).replace("-", "−");
}
