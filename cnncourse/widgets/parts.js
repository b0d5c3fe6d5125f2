// What a pad is made of: elements, small pictures, bars.

import { SIDE } from "./digits.js";
import { make } from "./make.js";

/** Show a picture of 28 x 28 grey levels on a canvas of that size. */
export function paint(canvas, picture) {
  const context = canvas.getContext("2d"), image = context.createImageData(SIDE, SIDE);
  picture.forEach((value, i) => image.data.set([value, value, value, 255], 4 * i));
  context.putImageData(image, 0, 0);
}

/** Make a table with a bar for each digit and network, and the function that sets them. */
export function bars(names) {
  const table = make("table", { className: "bars" },
    make("caption", {}, "What it answers"),
    make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "digit"),
      ...names.map((name) => make("th", { scope: "col" }, name)))));
  const rows = [...Array(10).keys()].map((digit) => names.map(() => ({
    bar: make("span", { className: "bar" }), text: make("span", { className: "share" }),
  })));
  table.append(make("tbody", {}, ...rows.map((cells, digit) => make("tr", {},
    make("th", { scope: "row" }, String(digit)),
    ...cells.map(({ bar, text }) => make("td", {}, make("span", { className: "track" }, bar), text))))));
  const show = (answers) => rows.forEach((cells, digit) => cells.forEach(({ bar, text }, i) => {
    const share = answers?.[i][digit] ?? 0;
    bar.style.width = `${100 * share}%`;
    text.textContent = answers ? percent(share) : "";
    bar.closest("td").classList.toggle("best", !!answers && share === Math.max(...answers[i]));
  }));
  return { table, show };
}

export function percent(share) {
  return `${Math.round(100 * share)} %`;
}

export function button(text, title, act) {
  return make("button", { type: "button", title, ariaLabel: title, onclick: act }, text);
}
