// Tables of numbers on their colours, and the other elements of the convolution to touch.

import { written } from "./arithmetic.js";

export const range = (length) => Array.from({ length }, (_, i) => i);
export const sides = (pixels) => `calc(${pixels} * var(--side))`;

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const mixed = (from, to, share) => from.map((value, i) => Math.round(value + (to[i] - value) * share));
export const grey = (value, least, most) => mixed([0, 0, 0], [255, 255, 255], (value - least) / (most - least));
export const signed = (top) => (value) =>
  mixed([255, 255, 255], value < 0 ? [179, 88, 6] : [84, 39, 136], Math.abs(value) / (top || 1));

/** Fill a table with numbers on their colours; what is null is not computed yet. */
export function fill(table, values, colour, named = () => "") {
  table.replaceChildren(...values.map((row, i) => make("tr", {}, ...row.map((value, j) => {
    const cell = make("td", { class: value === null ? `${named(i, j)} open` : named(i, j) });
    if (value === null) return cell;
    const [red, green, blue] = colour(value);
    cell.style.background = `rgb(${red}, ${green}, ${blue})`;
    cell.style.color = red * 0.299 + green * 0.587 + blue * 0.114 > 140 ? "#000" : "#fff";
    cell.textContent = written(value, 1);
    cell.classList.toggle("long", cell.textContent.length > 3);
    return cell;
  }))));
}
